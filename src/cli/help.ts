/** What `--help` shows below a command's options: examples to copy, and what else must be known. */
export const helpOf = {
  program: `
Examples:
  catalyst new support-chat                     start from an example
  catalyst check support-chat/*.workflow.json   find mistakes
  catalyst run support-chat/support-chat.workflow.json --input message="Where is order A-1042?"
  catalyst studio support-chat                  draw it, run it and watch it in the browser
  catalyst dev support-chat/support-chat.workflow.json
  catalyst build support-chat/support-chat.workflow.json --out service

Providers without a key are simulated by run, batch and dev, each by itself, so everything can be tried without one.
With its key, such as OPENAI_API_KEY or GROQ_API_KEY (in the environment, or in .env beside the workflow file), a provider
answers itself; OPENAI_BASE_URL and the like lead to another server that speaks its API.

Exit codes: 0 fine, 1 the workflow has errors, 2 wrong usage, 3 the machine lacks something, 4 the run failed.`,

  new: `
Examples:
  catalyst new                                  list the examples
  catalyst new my-bot                           creates my-bot/my-bot.workflow.json
  catalyst new my-bot --example support-chat    the same, from a chosen example

Nothing that exists is ever overwritten.`,

  check: `
Examples:
  catalyst check chat.workflow.json
  catalyst check workflows/*.workflow.json --strict
  catalyst check chat.workflow.json --fix       repair what can be repaired
  catalyst check chat.workflow.json --json      for editors and CI
  catalyst check chat.workflow.json --cost      the most that one request can cost, in tokens and USD

Checking never runs anything. Exit code 1 means that there are errors.`,

  change: `
Examples:
  catalyst change chat.workflow.json answer=anthropic
  catalyst change chat.workflow.json answer=gemini judge=groq --dry-run

Messages, tools, formats and limits go along. What the other provider has no equal for is left out and said; the model becomes
the one that a new node of it has, unless it serves the same. Edges and what reads the node stay as they are.`,

  run: `
Examples:
  catalyst run chat.workflow.json --input message="Hello"
  catalyst run chat.workflow.json --input message="Hello" --input language=de
  echo '{"message": "Hello"}' | catalyst run chat.workflow.json --input-json -
  catalyst run chat.workflow.json --input message="Hello" > answer.txt
  catalyst run chat.workflow.json --input message="Hello" --json | jq .

The answer goes to standard output, everything about it to standard error. Values are read by the types of the workflow's
input schema. Ctrl-C cancels the run, also upstream. A workflow with Python of its own asks before its first run; in
scripts, say --trust or set CATALYST_TRUST=1.`,

  batch: `
Examples:
  catalyst batch chat.workflow.json --input rows.jsonl --check
  catalyst batch chat.workflow.json --input rows.csv --out results.jsonl --max-cost 5
  catalyst batch chat.workflow.json --input rows.jsonl --out results.jsonl --provider-batch

A row is a JSON object, or a line of CSV below a line with names. All rows are checked before anything is asked. Each result is a
line with "row", "id", "output" or "problem", "usage" and "cost_usd", in the order of the rows. When a batch was stopped with
Ctrl-C or killed, the same command goes on where it was; results.jsonl.journal is for that. Exit code 4 means that rows
failed or are left. The same is \`python -m app.batch\` in a project built with \`catalyst build --with batch\`.`,

  runs: `
Examples:
  RUNS_TOKEN=… catalyst runs list --since 2h --status failed
  catalyst runs show 4f1c… --url https://digest.example.com
  catalyst runs follow 4f1c…                    its events from the beginning, until it ends
  catalyst runs cancel 4f1c…
  catalyst runs retry 4f1c…                     as a new run, from the step where it failed
  RUNS_TOKEN=… catalyst runs delete --before 30d
  RUNS_TOKEN=… catalyst runs approve 4f1c… --by kim --comment 'seen the photo'
  RUNS_TOKEN=… catalyst runs dead --queue orders
  RUNS_TOKEN=… catalyst runs resend 4f1c… --queue orders

Services with a durable workflow ("durable": true) have runs. To list or delete them takes the service's RUNS_TOKEN, which is read from
the environment; whoever knows the id of a run can see, cancel and retry it.`,

  mcp: `
Examples:
  MCP_DOCS_URL=https://mcp.example.com/mcp catalyst mcp lock chat.workflow.json
  catalyst mcp check chat.workflow.json         exit code 1 where a server has other tools than when it was locked

Asks the servers that the file declares ("mcpServers": {"docs": {}}) for their tools, and writes them into NAME.mcp.lock.json beside
the file, which is to be committed: check and build go by it and ask nobody. MCP_NAME_URL and MCP_NAME_TOKEN are read from the
environment or the .env file beside the workflow; ALLOW_PRIVATE_ADDRESSES=1 lets a server be on this machine or its network.`,

  dev: `
Examples:
  catalyst dev chat.workflow.json
  catalyst dev chat.workflow.json --port 0

Serves what \`catalyst build\` would write. When the file or its Python changes, the new version takes over as soon as it is
ready; while a change has errors, they are shown and the last good version goes on serving.`,

  studio: `
Examples:
  catalyst studio                               the workflows of this folder, and examples where there are none
  catalyst studio chat.workflow.json
  catalyst studio workflows --port 5000 --no-open

Prints one line: the address of the page, with the key to it. It serves this machine only; nothing is sent anywhere else.
Every change is saved to the file at once, and what others change in it appears in the page. Earlier texts and runs are kept in
your data folder (CATALYST_DATA_DIR, else XDG_DATA_HOME or your system's own place). Ctrl-C ends it and all it has started.`,

  build: `
Examples:
  catalyst build chat.workflow.json --out service
  catalyst build chat.workflow.json summary.workflow.json --out service    several endpoints in one service
  catalyst build chat.workflow.json --out service --force

The folder is yours: what you edit is merged with what is new. Where both changed the same lines, yours stay, the new version is
put beside the file as NAME.new, and the exit code is 1 until you have taken what you want of it and deleted it. Files that you
deleted stay deleted. --force takes the new version of everything and keeps yours as NAME.bak.

A service carries what its workflows use. Python of yours that calls models in other ways names the parts it needs, each time:
  --with responses   the Responses API             --with calls       functions that the model calls
  --with json        answers in JSON               --with schemas     answers by a JSON schema
  --with logprobs    log probabilities             --with telemetry   spans and metrics for OpenTelemetry
  --with chat        Chat Completions              --with models      prices of models that no workflow names
  --with all
For those who operate it:
  --with metrics     GET /metrics for Prometheus   --with access-log  a line in the log for each request
  --with reload      secrets replaced as it runs   --with workers     several processes: serve --workers N
  --deploy compose   compose.yaml                  --deploy kubernetes, fly, railway
Parts and files of places are named with each build; one that is not named any more is taken out again.`,

  nodes: `
Examples:
  catalyst nodes
  catalyst nodes openaiCompletion
  catalyst nodes openaiCompletion --json`,

  models: `
Examples:
  catalyst models
  catalyst models groq
  catalyst models gpt-4-turbo-preview
  catalyst models --all --json`,
} as const;

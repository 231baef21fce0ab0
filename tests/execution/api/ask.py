"""Asks a service with a client that openapi-python-client made of its description: `python ask.py URL`."""

import json
import sys

from client import Client
from client.api.default import second_opinion
from client.models import (
    Problem,
    SecondOpinionAnswer,
    SecondOpinionDoneEvent,
    SecondOpinionInput,
    TokenEvent,
    UsageEvent,
)

client = Client(base_url=sys.argv[1], timeout=30)
question = SecondOpinionInput(question="Should our shop offer free returns?")

answer = second_opinion.sync(client=client, body=question)
assert isinstance(answer, SecondOpinionAnswer), answer
assert isinstance(answer.output, str)
assert answer.usage.total_tokens > 0
assert answer.meta.node_timings["pros"] > 0

# The client knows the events, and leaves it to its HTTP client to read them.
models = {"token": TokenEvent, "usage": UsageEvent, "done": SecondOpinionDoneEvent}
streamed = []
http = client.get_httpx_client()
with http.stream("POST", "/weigh", json=question.to_dict(), headers={"accept": "text/event-stream"}) as stream:
    for block in "".join(stream.iter_text()).strip().split("\n\n"):
        event, data = (line.partition(": ")[2] for line in block.split("\n"))
        streamed.append(models[event].from_dict(json.loads(data)))
done = streamed[-1]
assert isinstance(done, SecondOpinionDoneEvent), done
assert "".join(each.text for each in streamed if isinstance(each, TokenEvent)) == done.text == done.output
assert sum(each.total_tokens for each in streamed if isinstance(each, UsageEvent)) == done.usage.total_tokens

refused = second_opinion.sync_detailed(client=client, body=SecondOpinionInput(question=""))
assert refused.status_code == 422, refused
assert isinstance(refused.parsed, Problem)
assert refused.parsed.code == "invalid_input"
assert refused.parsed["errors"][0]["pointer"] == "/question"

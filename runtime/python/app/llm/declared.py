"""Calls of functions that a step declares, held against what it declares, before a workflow goes on with them."""

from collections.abc import Sequence

from app.llm.errors import InvalidToolArguments
from app.llm.types import CompletionConfig, ToolCall
from app.runtime.json_schema import schema_problems


def check_calls(config: CompletionConfig, calls: Sequence[ToolCall], one_of: Sequence[ToolCall], node: str) -> None:
    """Looks whether the calls in the answer of `node` are of functions that the config declares, with arguments that
    they take. What a model calls where none is declared is left to who reads it. `one_of` are the calls of the answer
    where the run goes on with one.

    Raises:
        InvalidToolArguments: one is not, or the run would lose some; asking again may help.
    """
    if len(one_of) > 1:
        names = [call["name"] for call in one_of]
        raise InvalidToolArguments(
            f"The model asked for {len(names)} calls at once ({', '.join(names)}), and the run goes on with one.",
            hint="Ask again. `parallelToolCalls` of the node keeps a model from it where it is false; where it is true "
            "the run goes on with the first call, and `tool_calls` has all.",
            functions=names,
            node=node,
        )
    functions = [*config.get("functions", ()), *(tool["function"] for tool in config.get("tools", ()))]
    declared = {function["name"]: function.get("parameters", True) for function in functions}
    for call in calls if declared else ():
        if call["name"] not in declared:
            raise InvalidToolArguments(
                f"The model asked for {call['name']}, which is no function that it was offered.",
                function=call["name"],
                node=node,
            )
        problems = schema_problems(call["arguments"], declared[call["name"]])
        if problems:
            first = problems[0]
            raise InvalidToolArguments(
                f"The model called {call['name']} with arguments that do not fit what it takes: "
                f"{first['pointer'] or 'the object'} {first['detail']}.",
                function=call["name"],
                errors=problems,
                node=node,
            )

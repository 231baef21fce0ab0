"""The scenarios, one module each: `measure(stage)` gives what was measured."""

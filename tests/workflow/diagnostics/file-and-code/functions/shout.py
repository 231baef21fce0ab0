def shout(text: str, marks: int = 1, *more: str) -> str:
    return text.upper() + "!" * marks

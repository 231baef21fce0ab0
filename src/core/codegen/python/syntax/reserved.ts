import { pythonKeywords } from '../../../workflow/python/names.ts';

/** `keyword.softkwlist` of CPython 3.12 and later. */
const softKeywords = new Set(['_', 'case', 'match', 'type']);

/** Letters that are easily taken for digits (pycodestyle's E741). */
const ambiguous = new Set(['l', 'O', 'I']);

/** Names of `builtins` that a reader expects to mean the builtin. */
const builtins = new Set(
  (
    'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex copyright ' +
    'credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash ' +
    'help hex id input int isinstance issubclass iter len license list locals map max memoryview min next object oct open ' +
    'ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str sum super tuple type ' +
    'vars zip ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError ' +
    'BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ' +
    'ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError ' +
    'Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ' +
    'ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt ' +
    'LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError ' +
    'OverflowError PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError ' +
    'ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError ' +
    'SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError ' +
    'UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError'
  ).split(' '),
);

/** Whether a name is a keyword, or, for `any`, also a soft keyword, an ambiguous letter or a builtin. */
export function isReserved(name: string, which: 'keyword' | 'any'): boolean {
  return (
    pythonKeywords.has(name) ||
    (which === 'any' && (softKeywords.has(name) || ambiguous.has(name) || builtins.has(name)))
  );
}

/** Whether Python or a reader takes a name for something that a module must not import or assign under it. */
export function hasMeaning(name: string): boolean {
  return isReserved(name, 'any') || /^__.*__$/.test(name);
}

/** Where the server has the Python of the runtime, by its files' paths, as JSON. */
export const runtimePath = '/runtime.json';

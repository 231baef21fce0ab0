export * from './durable.ts';
export * from './files.ts';
export * from './routes.ts';
export * from './runs.ts';
export * from './studio.ts';

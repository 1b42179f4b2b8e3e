/** Preloaded (`--import @storefront/kit/tracing`) before anything that is to be traced. Without TRACES_ENDPOINT nothing is loaded. */
if (process.env['TRACES_ENDPOINT']) {
  const { startTracing } = await import('./start.ts');
  startTracing(process.env);
}

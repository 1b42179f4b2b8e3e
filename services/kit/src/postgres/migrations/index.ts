export { contractionsIn } from './expand-only.ts';
export { migrate, type MigrateOptions } from './migrate.ts';

import { createService, type Service, type ServiceOptions } from '@storefront/kit/http';
import { noteRoutes, type Deps } from './http/notes.ts';

export function createNotes({ config, log, ...deps }: Deps & Pick<ServiceOptions, 'config' | 'log'>): Service {
  const connections = [deps.notes, deps.mongo, { close: () => deps.cache.disconnect() }];
  return createService({ name: 'notes', config, log, routes: noteRoutes(deps), connections });
}

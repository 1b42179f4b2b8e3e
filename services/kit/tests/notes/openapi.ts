import { openapiDocument } from '@storefront/kit/http';
import { noteRoutes, type Deps } from './http/notes.ts';

/** Handlers are not run for the document, so the routes need nothing. */
export const document = () => openapiDocument({ name: 'notes', title: 'Notes', routes: noteRoutes({} as Deps) });

import { renderToString } from 'preact-render-to-string';
import type { Frame, Page } from '../pages/page.ts';
import { Document } from './document.tsx';

/** A whole page as HTML. Built by Vite for the server; the only thing main.ts loads from there. */
export const render = (page: Page, frame: Frame): string =>
  `<!doctype html>${renderToString(<Document page={page} frame={frame} />)}`;

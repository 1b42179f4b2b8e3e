import type { Look } from '../../look.ts';

export const cloth = (look: Look): Look => ({ ...look, finish: 'fabric' });

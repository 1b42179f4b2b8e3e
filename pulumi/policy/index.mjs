// Policy packs are not asked how they want their TypeScript, so the way in is JavaScript. Serves gRPC at once: tests import rules.ts.
import { PolicyPack } from '@pulumi/policy';
import { policies } from './rules.ts';

new PolicyPack('storefront', { policies });

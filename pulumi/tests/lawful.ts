/** Lawful things that no stack of ours has, so that a rule that is too strict is seen as well as one that is too lax. */
import type { Subject } from './engine/analyzer.ts';
import { googleCloud } from './lawful/google-cloud.ts';
import { objects } from './lawful/objects.ts';
import type { Find } from './lawful/subject.ts';
import { workloads } from './lawful/workloads.ts';

export const lawful = (find: Find): Subject[] => [...googleCloud(find), ...objects, ...workloads(find)];

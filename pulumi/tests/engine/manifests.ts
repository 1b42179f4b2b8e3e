/** Manifests as resources, so that the rules for pods are put to the pods that the operator really makes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Subject } from './analyzer.ts';

type Manifest = { apiVersion: string; kind: string; metadata: { name: string; namespace?: string } };

const root = join(import.meta.dirname, '../../..');

export function subjectsIn(file: string): Subject[] {
  const documents = parseAllDocuments(readFileSync(join(root, file), 'utf8'));
  return documents.map((document) => subjectOf(document.toJS() as Manifest));
}

/** As a custom resource of Pulumi: for the core it names no group. */
export function subjectOf(manifest: Manifest): Subject {
  const type = `kubernetes:${manifest.apiVersion}:${manifest.kind}`;
  const { name } = manifest.metadata;
  return { type, name, urn: `urn:pulumi:prod::storefront::${type}::${name}`, inputs: manifest };
}

import { existsSync, readdirSync } from 'node:fs';
import { paths } from '../paths.ts';
import { abandoned, isHalfMade } from '../tools/cache.ts';
import { missingPackages, unfitPrograms } from '../tools/debian/packages.ts';
import { missingRootFileSystems, rootEntry, rootFileSystemNames } from '../tools/debian/root-file-systems.ts';
import { hasGo, missingGoTools } from '../tools/go-tools.ts';
import { goTools } from '../tools/pins.ts';
import { goEntry, which } from '../tools/programs.ts';
import { noGo, type Wanted } from '../tools/tools.ts';
import { note, ok, problem, type Finding } from './finding.ts';

export function checkPackages({ packages }: Wanted): Finding {
  const unfit = unfitPrograms(packages);
  if (unfit.length > 0)
    return problem(
      `Debian programs outside what works: ${unfit.join(', ')}`,
      'Install a fitting version (Debian 12 or newer).',
    );
  const missing = missingPackages(packages);
  if (missing.length === 0) return ok(`${packages.length} Debian programs`);
  if (which('apt-get')) return note(`${missing.join(', ')}: make up installs them by apt-get`);
  return problem(`missing: ${missing.join(', ')}`, 'Install them by this system’s own package manager.');
}

export function checkGoTools(wanted: Wanted): Finding {
  const missing = missingGoTools(wanted.goTools);
  if (missing.length === 0) return ok(`${wanted.goTools.join(', ')}`);
  if (!hasGo()) {
    const { what, remedy } = noGo(missing);
    return problem(what, remedy);
  }
  const seconds = missing.reduce((sum, name) => sum + goTools[name].buildSeconds, 0);
  return note(`${missing.join(', ')}: make up builds them, about ${Math.ceil(seconds / 60)} min on two cores`);
}

export function checkRootFileSystems(): Finding {
  const missing = missingRootFileSystems();
  if (missing.length === 0) return ok(`root file systems ${rootFileSystemNames.join(', ')}`);
  if (which('apt-get')) return note(`root file systems ${missing.join(', ')}: make up makes them, about 40 s each`);
  return problem('there is no apt-get, which makes the root file systems.', 'Use Debian, or a system made of it.');
}

/** What a run that was cut short has left: it is not used, and made again. */
export function checkCache({ goTools: wanted }: Wanted): Finding {
  const entries = [...wanted.map(goEntry), ...rootFileSystemNames.map(rootEntry)];
  const halfMade = entries.filter(isHalfMade).map(({ dir }) => dir);
  const asides = existsSync(paths.cache) ? abandoned(readdirSync(paths.cache)) : [];
  const count = halfMade.length + asides.length;
  if (count === 0) return ok(`cache ${paths.cache}`);
  return note(`cache ${paths.cache}: ${[...halfMade, ...asides].join(', ')} half made; make up makes it again`);
}

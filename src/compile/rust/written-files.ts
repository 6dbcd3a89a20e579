import type { SourceFiles } from '../../system/source-files.ts';
import type { ByteString } from '../../util/bytes.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { Reason } from '../outcome.ts';
import { readOutputs, stampsBefore, type WrittenOutput } from '../outputs.ts';
import type { Request } from '../request.ts';
import { unnamedThere, unnamedWritten } from '../unnamed-outputs.ts';
import { unitFiles } from './hit.ts';
import type { RustParts } from './parts.ts';
import { type SavedTemporaries, temporariesSaved, temporariesThere } from './saved-temporaries.ts';

/** What a compile has left behind. */
export interface WrittenFiles {
  readonly files: readonly WrittenOutput[];
  /** The roles of directories that `-C save-temps` left. */
  readonly directories: readonly ByteString[];
}

const NO_TEMPORARIES: SavedTemporaries = { outputs: [], directories: [] };

/**
 * Looks at what is there before the compile. The function that it gives then reads what the compile has written, or says why that
 * cannot be kept.
 */
export function watchWrittenFiles(
  request: Request,
  outputs: RustParts['outputs'],
  files: SourceFiles,
): () => Result<WrittenFiles, Reason> {
  const wanted = outputs.files.filter(({ kind }) => kind !== 'dep-info');
  const before = stampsBefore(request, wanted, files);
  const units = unitFiles(outputs);
  const unitsBefore = unnamedThere(request, units, files);
  const saving = outputs.temporaries;
  const temporariesBefore = saving === undefined ? undefined : temporariesThere(request, saving, files);
  return () => {
    const own = new Set(wanted.map(({ path }) => path));
    const ofUnits = unnamedWritten(units, unitsBefore, unnamedThere(request, units, files));
    const saved =
      saving === undefined || temporariesBefore === undefined
        ? NO_TEMPORARIES
        : temporariesSaved(request, saving, temporariesBefore, outputs.types, files);
    if (saved === undefined) return failure('other-temporaries');
    const all = [...wanted, ...saved.outputs, ...ofUnits.filter(({ path }) => !own.has(path))];
    const written = readOutputs(request, all, before, files);
    return typeof written === 'string' ? failure(written) : success({ files: written, directories: saved.directories });
  };
}

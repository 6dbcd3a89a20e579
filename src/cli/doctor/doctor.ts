import { checkCacheDirectory } from './cache-directory.ts';
import { checkCompiler } from './compiler.ts';
import { checkDaemon } from './daemon.ts';
import { type Finding, findingsText, type Patient } from './finding.ts';
import { checkInstallation } from './installation.ts';
import { checkLimits } from './limits.ts';
import { checkJournal, checkSettings } from './settings.ts';

/**
 * Looks at everything that keeps a cache from working.
 *
 * @param compilers to try out
 * @returns the report, and 1 when something in it is bad, else 0
 */
export async function diagnose(
  patient: Patient,
  compilers: readonly string[],
): Promise<{ readonly text: string; readonly exitCode: 0 | 1 }> {
  const findings: Finding[] = [
    ...checkInstallation(patient),
    ...checkLimits(),
    ...checkSettings(patient),
    ...(await checkDaemon(patient)),
    ...checkCacheDirectory(patient),
    ...checkJournal(patient, Date.now()),
    ...compilers.map((compiler) => checkCompiler(compiler, patient)),
  ];
  return { text: findingsText(findings), exitCode: findings.some(({ mark }) => mark === 'bad') ? 1 : 0 };
}

import { EXPLAINED } from '../config/variables.ts';
import { OWN_VERSION, VERSION } from '../config/version.ts';
import { ALL_OPTIONS, flagsOf, type OptionRow } from './options.ts';

/** The manual page, for `man -l`. */
export function manPage(): string {
  return `.TH SCCACHE 1 "" "sccache ${VERSION} (sccache-ts ${OWN_VERSION})"
.SH NAME
sccache \\- compiler cache
.SH SYNOPSIS
.B sccache
.I compiler argument ...
.br
.B sccache
.I option ...
.SH DESCRIPTION
Put before a compiler,
.B sccache
runs it, or puts in place what an earlier run with the same inputs has left: objects, dependency files, messages and exit
code are those of the compiler.
A link to
.B sccache
that has a compiler's name and stands first in
.B PATH
does the same.
The first call starts a daemon, which ends when it has been idle for a while.
Whatever goes wrong with the cache, the compiler runs.
.SH OPTIONS
${ALL_OPTIONS.map(optionEntry).join('\n')}
.SH ENVIRONMENT
${EXPLAINED.map(([name, meaning]) => `.TP\n.B ${name}\n${roff(meaning)}`).join('\n')}
.SH EXIT STATUS
That of the compiler; for an option 0, or 2 when something is wrong.
`;
}

function optionEntry([name, row]: readonly [string, OptionRow]): string {
  const { choices, fallback, description } = row;
  const values = choices ? ` One of: ${choices.join(', ')}.` : '';
  const usual = fallback === undefined ? '' : ` Default: ${fallback}.`;
  return `.TP\n.B ${roff(flagsOf(name, row))}\n${roff(`${description}.${values}${usual}`)}`;
}

/** Text as roff has to read it: a hyphen that can be copied, and no request by accident. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&');
}

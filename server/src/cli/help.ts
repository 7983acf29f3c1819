const COMMON = `Common options:
  --language jail-conf|zonecfg   the language; else it is told by name and content
  --release 12|13|14|15          the FreeBSD release whose rules apply (15)
  --platform P                   illumos, omnios, smartos, solaris10 or solaris11
  -h, --help                     this text

Exit codes: 0 fine, 1 findings at or above --fail-on, 2 wrong use or unreadable input.
`;

/** What `--help` prints, by command. */
export const help = {
  main: `zonewarden: checks configurations of FreeBSD jails

Usage: zonewarden COMMAND [OPTIONS] ...

Commands:
  check PATH...    diagnose files, and all that is found in folders
  resolve FILE     print the configuration as jail(8) would see it;
                   of a zonecfg file, the commands as zonecfg(8) reads them
  lsp --stdio      the language server, for any editor

  -h, --help       this text, or with a command its own
  --version        the version
`,
  check: `Usage: zonewarden check [--fail-on SEVERITY] [--format FORMAT] PATH...

Diagnoses files and folders; "-" is standard input.

  --fail-on error|warning|information|hint   what makes the exit code 1 (error)
  --format text|json|sarif|github            how findings are printed (text)

${COMMON}`,
  resolve: `Usage: zonewarden resolve [--format text|json] FILE

Prints every jail with the parameters that it ends up with, after includes,
wildcards and variables, and the line that each comes from. "-" is standard input.

${COMMON}`,
  lsp: `Usage: zonewarden lsp --stdio

Runs the language server over standard input and output.
`,
} as const;

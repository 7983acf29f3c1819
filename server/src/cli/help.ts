const COMMON = `Common options:
  --language jail-conf|zonecfg   the language; else it is told by name and content
  --release 12|13|14|15          the FreeBSD release whose rules apply (15)
  --platform P                   illumos, omnios, smartos, solaris10 or solaris11
  --host F                       a host file: the machine that it is for; else the nearest
                                 zonewarden.host.json in the folder of the file or above
  --no-host                      look for no host file
  -h, --help                     this text

Exit codes: 0 fine, 1 findings at or above --fail-on, 2 wrong use or unreadable input.
`;

/** What `--help` prints, by command. */
export const help = {
  main: `zonewarden: checks configurations of FreeBSD jails and of zones

Usage: zonewarden COMMAND [OPTIONS] ...

Commands:
  check PATH...    diagnose files, and all that is found in folders
  resolve FILE     print the configuration as jail(8) or zonecfg(8) would see it
  fmt FILE...      print files in the usual layout, or write them back
  boot FILE...     start jails or zones on a simulated host, and print what happens
  shell FILE...    run a command in a jail or zone, or on the host, after a boot
  replay PATH...   type the commands of transcripts again, and compare what comes out
  probe FILE       try what a jail or zone may do: the confinement matrix
  explain ACTION FILE   one decision in full, with the lines behind it
  diff OLD NEW     what a change newly allows or denies
  host ACTION      write, print or validate the description of a machine
  lsp --stdio      the language server, for any editor

  -h, --help       this text, or with a command its own
  --version        the version
`,
  check: `Usage: zonewarden check [--fail-on SEVERITY] [--format FORMAT] PATH...

Diagnoses files and folders; "-" is standard input.

  --fail-on error|warning|information|hint   what makes the exit code 1 (error)
  --format text|json|sarif|github            how findings are printed (text)

${COMMON}`,
  resolve: `Usage: zonewarden resolve [--format FORMAT] FILE

Of a jail.conf, prints every jail with the parameters that it ends up with, after
includes, wildcards and variables, and the line that each comes from. Of a command
file for zonecfg, prints the zone that its commands make, on illumos unless
--platform says otherwise. "-" is standard input.

  --format text|json         with the lines; with the commands or jails, for tools
  --format export|info|xml   a zone as zonecfg exports, shows or stores it

${COMMON.replace("findings at or above --fail-on", "the real program refuses the file")}`,
  fmt: `Usage: zonewarden fmt [--check | --write] FILE...

Prints files in the usual layout; "-" is standard input. Only white space and line
breaks change. Comments stay where they are, and what has syntax errors is left as it
is. Lines are indented as most of them are, or by a tab in a jail.conf and by four
blanks in a command file for zonecfg. A folder stands for all that is found in it.

  --check   print the names of files that would change, and no text
  --write   write the files back, and print the names of those that changed

${COMMON.replace("findings at or above --fail-on", "with --check a file would change")}`,
  boot: `Usage: zonewarden boot [--container N]... [--format FORMAT] FILE...

Starts the jails of the files on a simulated host, as "jail -c" would, and prints what
happens, in virtual time and with the lines that cause it. Of command files for zonecfg,
the zones are configured, installed as their brands usually are, and booted, in the order
of the files; the machine is that of --platform, or one that has the words and brands of
the files. Nothing is executed: commands are modelled, and what is not is assumed to
succeed. Without a host file, what the files ask of the machine is assumed, too. "-" is
standard input.

  --container N         only this one, and what it depends on; may be repeated
  -p, --parallel N      at most N commands at once, as "jail -p"
  --stop                stop the jails, or halt the zones, again after the start
  --format text|json    a timeline, or events for tools (text)

${COMMON.replace("findings at or above --fail-on", "a jail or zone does not start")}`,
  shell: `Usage: zonewarden shell [--container N] [--why] -c COMMAND FILE...

Starts the jails or zones of the files on a simulated host, then runs a line of sh(1) as
root in one of them, or on the host: in the global zone. The exit code is that of the
command.

  --container N    the jail, or the zone as with zlogin; only what it depends on is
                   started with it
  -c COMMAND       the line, as "sh -c"
  --why            the decisions of the kernel behind it, with their lines

${COMMON.replace("0 fine, 1 findings at or above --fail-on, 2", "those of the command; 2")}`,
  replay: `Usage: zonewarden replay [--update] PATH...

Replays transcripts of sessions, such as those of examples/scenarios, on a simulated
host: prints each as its output comes out now, and marks what differs. A path is a
transcript, or a folder with files named scenario.session in it or below. Next to each
is a jail.conf, or command files for zonecfg, whose jails or zones are started first unless
the transcript does so itself, as by "jail -c" or "zoneadm install", before it goes into
one. The machine is that of the nearest zonewarden.host.json.

  --update   write the outputs into the transcripts
  --release 12|13|14|15   the FreeBSD release of a machine that is not described (15)
  --platform P            the system of a machine with zones that is not described
  --no-host               look for no host file
  -h, --help              this text

Exit codes: 0 as written, 1 an output differs, 2 wrong use or unreadable input.

A transcript has "host# COMMAND" for root on the host, "web# COMMAND" for root in jail
web, "host$ COMMAND" for somebody else and "web:www$ COMMAND" for user www; below a
command its output. Lines with "# " in front are explanations. "…" stands for any lines,
or any text in a line; "\\" in front keeps a line of output from being read otherwise.
`,
  probe: `Usage: zonewarden probe [--container N]... [--format FORMAT] FILE

Starts the jails or zones of the file on a simulated host, then tries every action that
docs/probes.md lists for jails and docs/zone-probes.md for zones in each, with the system
calls of the model and in a copy of the host: ✓ it succeeds, ≈ it succeeds but is rewritten
or filtered, ✗ it is refused, ~ it could not be tried. Each with the reason and the lines
behind it; "!" where whoever succeeds is not confined. Jails stay even if no process is
left in them.

  --container N         only this one; may be repeated, * stands for a whole name, or
                        for a part of it between dots
  --format text|json    a table, or decisions for tools (text)

${COMMON.replace("findings at or above --fail-on", "a jail or zone does not run")}`,
  explain: `Usage: zonewarden explain --container N [--format FORMAT] ACTION FILE

Tries one action, such as fs.mount-tmpfs in a jail or mount-tmpfs in a zone of the file,
and prints the decision in full: the check that made it, why, the lines that cause it, and
what would change it.

  --container N         the jail or zone
  --format text|json    how it is printed (text)

${COMMON.replace("1 findings at or above --fail-on, ", "")}`,
  diff: `Usage: zonewarden diff [--format FORMAT] OLD NEW

Tries every action in the jails or zones of both files, as probe does, and prints what
those of the new one may do that they could not do before, and the other way round. One
that is new is compared with defaults.

  --format text|json    how it is printed (text)

${COMMON.replace("findings at or above --fail-on", "something is newly allowed, or a jail or zone does not run")}`,
  host: `Usage: zonewarden host init [--release R | --platform P] [F]
       zonewarden host show [--format text|json] [F]
       zonewarden host check [--format text|json] [F]

Works with the description of a machine, by default zonewarden.host.json.

  init    write a file for a fresh FreeBSD, or for a platform with zones; it explains
          its keys, and one that is there already is never overwritten ("-" prints it)
  show    print the machine with all that the file leaves out; without a file, the
          one that is assumed where nobody described one (of --release or --platform)
  check   print what is wrong with the file, with its place

  --release 12|13|14|15   the FreeBSD of init and show (15)
  --platform P            illumos, omnios, smartos, solaris10 or solaris11
  --format text|json      how it is printed; JSON of show is a host file again
  -h, --help              this text

Exit codes: 0 fine, 1 the file has mistakes, 2 wrong use or unreadable input.
`,
  lsp: `Usage: zonewarden lsp --stdio

Runs the language server over standard input and output.
`,
} as const;

/** Programs of illumos by directory. Source: usr/src/pkg/manifests. */
export const ILLUMOS_PROGRAMS: Readonly<Record<string, string>> = {
  sbin: "autopush bootadm dladm fdisk flowadm ifconfig init ipadm ipmpstat mount mountall netstrategy rc0 rc1 rc2 rc3 sh soconfig su swapadd sync uadmin umount umountall zfs zonename zpool",
  "usr/bin":
    "[ arch at awk basename bash cat chgrp chmod chown cksum clear cmp comm cp crontab csh ctrun ctstat cut date dd diff dirname domainname du echo ed egrep env expr factor false fgrep file find fmt fold getconf getent getfacl gettext grep groups gunzip gzip head hostid hostname id iostat ipcrm ipcs isainfo join kill ksh ksh93 kstat last less ln login logname ls mail man mkdir mkfifo mktemp more mpstat mv nawk nc netstat newgrp newtask nfsstat nice nl nohup od pagesize passwd paste pax pcred perl pfexec pfiles pflags pgrep pkg pkill pldd plimit pmap poolstat ppgsz ppriv prctl printf priocntl profiles projects prstat prun prsignal ps psig psrinfo pstack pstop ptree pwait pwd pwdx python3 renice rev rm rmdir rsh runat scp sed setfacl setpgrp sftp sh sleep sort split ssh ssh-keygen strings stty su svcprop svcs tail tar tee telnet test time top touch tr true truss tty uname uniq unzip uptime users vi vim vmstat w wall wc which who whoami xargs yes zcat zlogin zonename zonestat",
  "usr/sbin":
    "acctadm add_drv arp audit auditconfig auditreduce chown chroot clri consadm cron coreadm devfsadm df dfshares diskinfo dispadmin dladm dlstat dtrace dumpadm eeprom exportfs fdisk ff flowadm format fmadm fmdump fsck fstyp fuser groupadd groupdel halt hostconfig ifconfig in.routed inetadm inetd init install installboot intrstat ipadm ipf ipfstat ipsecconf ipsecalgs ipsecstat iostat kstat labelit lockstat lofiadm logadm mkfile mkfs mknod modinfo modload modunload mount mountall mpathadm ncheck ndd newfs nscd ntpdate picld ping plockstat pmadm pooladm poolbind poolcfg poweroff praudit prtconf prtdiag psradm psrinfo psrset pwconv pwck quot quota raidctl rctladm reboot rem_drv rolemod route routeadm routed rpcinfo rwall sar savecore shareall share showmount shutdown smbadm snoop stmfadm su svcadm svccfg swap sync syseventadm sysdef syslogd tcpd traceroute ttymon uadmin umount umountall unshare useradd userdel usermod vtfontcvt wall whodo zdb zfs zic zinject zoneadm zonecfg zonestat zpool zstreamdump",
  "usr/lib/fs/lofs": "mount",
  "usr/lib/fs/nfs": "mount",
  "usr/lib/fs/tmpfs": "mount",
  "usr/lib/fs/ufs": "fsck mount",
  "usr/lib/fs/pcfs": "fsck mount",
  "usr/lib/fs/hsfs": "mount",
  "usr/lib/fs/udfs": "fsck mount",
  "usr/lib/fs/smbfs": "mount",
  "usr/lib/fs/zfs": "mount",
  "usr/lib/zones": "zoneadmd zonestatd",
  "usr/lib/ssh": "sshd sftp-server",
  "lib/svc/bin": "svc.configd svc.startd",
};

import { above, atOrAbove, underBothNames } from "./folders.ts";

/**
 * What a usual Debian, Red Hat or Alpine runs as root, or does as it says, with nobody asking. All below a folder counts too.
 * Settings of a service that a host may have or not, such as a web server, are not here.
 */
const obeyed: readonly string[] = [
  // To boot.
  "/boot /efi /etc/dracut.conf /etc/dracut.conf.d /etc/grub.d /etc/initramfs-tools /etc/mkinitfs /etc/update-extlinux.conf",
  "/usr/share/initramfs-tools",
  // Programs, and what is loaded into them.
  "/bin /sbin /usr/bin /usr/sbin /usr/libexec /usr/local/bin /usr/local/sbin /etc/alternatives",
  "/lib /lib32 /lib64 /libx32 /usr/lib /usr/lib32 /usr/lib64 /usr/libx32 /usr/local/lib /usr/local/lib64",
  "/etc/ld.so.* /etc/ld-musl-* /etc/gss /etc/krb5.conf /etc/krb5.conf.d /etc/pkcs11 /etc/pki/tls/openssl.cnf",
  "/etc/ssl/openssl.cnf /etc/perl /etc/python* /usr/share/debconf /usr/share/perl /usr/share/perl5 /usr/share/python3",
  // The kernel, and what it is told to run.
  "/etc/binfmt.d /etc/depmod.d /etc/dkms /etc/kernel /etc/modprobe.conf /etc/modprobe.d /etc/modules /etc/modules-load.d",
  "/etc/request-key.conf /etc/request-key.d /etc/sysctl.conf /etc/sysctl.d /usr/src /var/lib/dkms",
  "/proc/sys/kernel /sys/fs/cgroup /sys/kernel/uevent_helper",
  // Disks and other devices.
  "/etc/auto.* /etc/crypttab /etc/exports /etc/exports.d /etc/fstab /etc/lvm /etc/mdadm /etc/mdadm.conf /etc/mdadm.conf.d",
  "/etc/mdev.conf /etc/multipath /etc/multipath.conf /etc/udev /run/udev/rules.d",
  // The first process, and what it starts.
  "/etc/conf.d /etc/default /etc/extensions /etc/init /etc/init.d /etc/inittab /etc/local.d /etc/rc.* /etc/rc*.d",
  "/etc/runlevels /etc/sysconfig /etc/systemd /etc/sysusers.d /etc/tmpfiles.d /run/extensions /run/systemd/generator*",
  "/run/systemd/system /run/systemd/transient /run/tmpfiles.d /var/lib/confexts /var/lib/extensions",
  // At a time.
  "/etc/anacrontab /etc/cron.* /etc/crontab /etc/crontabs /etc/logrotate.conf /etc/logrotate.d /etc/periodic",
  "/var/spool/at /var/spool/cron",
  // As something happens, on the network too.
  "/etc/acpi /etc/audisp /etc/audit /etc/dbus-1 /etc/inetd.conf /etc/pm /etc/rsyslog.conf /etc/rsyslog.d /etc/tuned",
  "/etc/xinetd.conf /etc/xinetd.d /usr/share/dbus-1 /etc/NetworkManager /etc/dhclient* /etc/dhcp /etc/dhcpcd.*",
  "/etc/hosts.allow /etc/hosts.deny /etc/network /etc/networkd-dispatcher /etc/ppp /etc/resolvconf /etc/udhcpc",
  // Who comes in, and as whom.
  "/etc/authselect /etc/doas.conf /etc/doas.d /etc/group /etc/gshadow /etc/login.defs /etc/pam.conf /etc/pam.d /etc/passwd",
  "/etc/polkit-1 /etc/security /etc/selinux /etc/shadow /etc/ssh /etc/subgid /etc/subuid /etc/sudo* /root/.ssh",
  "/usr/share/polkit-1 /var/lib/polkit-1",
  // Shells of root.
  "/etc/bash* /etc/csh.* /etc/environment /etc/environment.d /etc/profile /etc/profile.d /etc/update-motd.d /etc/zsh",
  "/etc/zshenv /root/.bash* /root/.profile /root/.zsh* /usr/share/bash-completion",
  // Packages: what they are fetched from, and what runs with them.
  "/etc/apk /etc/apt /etc/ca-certificates /etc/cloud /etc/dnf /etc/dpkg /etc/needrestart /etc/pki/rpm-gpg /etc/rpm /etc/yum",
  "/etc/yum.conf /etc/yum.repos.d /var/lib/apt /var/lib/cloud /var/lib/dpkg /var/lib/rpm /var/lib/snapd",
  // Containers.
  "/etc/buildkit /etc/cni /etc/containerd /etc/containers /etc/crio /etc/docker/daemon.json /etc/docker/plugins",
  "/etc/kubernetes /etc/rancher /run/containerd /run/crun /run/docker/runtime-runc /run/runc /usr/share/containers",
  "/var/lib/docker/containers /var/lib/docker/plugins /var/lib/docker/swarm /var/lib/kubelet/config.yaml",
  "/var/lib/rancher/k3s/agent /var/lib/rancher/k3s/data /var/lib/rancher/k3s/server",
].flatMap((line) => line.split(" "));

/** The same of folders below which others' data is too. */
const shared: readonly string[] =
  "/sys/kernel/debug /var/lib/docker/overlay2 /var/lib/docker/volumes /var/lib/containerd /var/lib/containers/storage".split(
    " ",
  );

/** Paths that are the host for whoever may write there. */
export const writtenPaths: readonly string[] = [
  ...above(underBothNames(obeyed)),
  ...underBothNames(obeyed).map((path) => `${path}/**`),
  ...atOrAbove(shared),
];

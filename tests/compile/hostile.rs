//! Programs that want out, or want everything: each is contained, in bounded time, and nothing of it is left.

use std::fs;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use curator::model::RunEnd;
use tempfile::TempDir;

use crate::sandbox::{compile, in_each_way, run, said, tight, work};

/// Whether a process on this machine has `mark` among its arguments.
pub(crate) fn lives(mark: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let arguments = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    arguments.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).any(|line| line.contains(mark))
}

/// Asserts that nothing with `mark` is left. What was killed takes a moment to go.
#[track_caller]
pub(crate) fn assert_gone(mark: &str) {
    let begin = Instant::now();
    while lives(mark) {
        assert!(begin.elapsed() < Duration::from_secs(10), "something outlives its sandbox");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Runs a script in each way; asserts that it ends in time and leaves nothing; gives `check` how it ended.
fn contained(mark: &str, script: &str, arguments: &[&str], check: impl Fn(&RunEnd)) {
    in_each_way(|sandbox| {
        let begin = Instant::now();
        // Of this process alone: the same tests may run for somebody else at this moment.
        let mark = format!("{mark}-{}", std::process::id());
        let script = format!("# {mark}\nexec 2>&1\n{script}");
        let all = [&["-c", &script, &mark], arguments].concat();
        let ends = compile(sandbox, &work(vec![run("bash", &all)], tight())).unwrap();
        assert!(begin.elapsed() < tight().time + Duration::from_secs(8), "{:?}", begin.elapsed());
        assert_gone(&mark);
        check(&ends[0]);
    });
}

#[test]
fn forks_without_end() {
    contained("mark-of-forks", "f() { f | f & f; }; f; while :; do :; done", &[], |end| {
        assert!(matches!(end, RunEnd::Late | RunEnd::Badly { .. } | RunEnd::Flooded), "{end:?}");
    });
    // What it may have is bounded also while it waits.
    let count = "i=0; while [ $i -lt 200 ]; do sleep 300 & i=$((i+1)); done; ls -d /proc/[0-9]* | wc -l";
    contained("mark-of-count", count, &[], |end| {
        let words = said(end);
        assert!(words.contains("fork") || matches!(end, RunEnd::Late), "{end:?}");
    });
}

#[test]
fn fills_the_disk() {
    let script = "for i in 1 2 3 4 5 6; do head -c 4000000 /dev/zero >f$i; done; du -sk /tmp | cut -f1";
    contained("mark-of-disk", script, &[], |end| {
        let said = said(end);
        assert!(said.contains("No space left"), "{said}");
        let kilobytes = said.lines().find_map(|line| line.trim().parse::<u64>().ok());
        assert!(kilobytes.is_none_or(|kilobytes| kilobytes <= 8 << 10), "{said}");
    });
    // One file has no more than all of them.
    contained("mark-of-file", "head -c 100000000 /dev/zero >f; echo; stat -c %s f", &[], |end| {
        let said = said(end);
        let bytes: u64 = said.lines().last().unwrap().parse().unwrap();
        assert!(bytes <= 8 << 20, "{said}");
    });
}

#[test]
fn floods_its_output() {
    contained("mark-of-flood", "exec cat /dev/zero", &[], |end| assert_eq!(*end, RunEnd::Flooded));
    contained("mark-of-errors", "exec yes flood >&2", &[], |end| assert_eq!(*end, RunEnd::Flooded));
}

#[test]
fn takes_all_memory() {
    contained("mark-of-memory", "tail /dev/zero; echo \"it ended with $?\"", &[], |end| {
        let said = said(end);
        assert!(!said.contains("it ended with 0"), "{said}");
    });
}

#[test]
fn does_not_listen_when_it_is_told_to_end() {
    let script = "trap '' HUP INT QUIT TERM XCPU PIPE; while :; do :; done";
    contained("mark-of-deaf", script, &[], |end| assert_eq!(*end, RunEnd::Late));
}

#[test]
fn outlives_by_a_double_fork() {
    let script = "(setsid bash -c 'trap \"\" HUP TERM; while :; do sleep 300; done' \"$0\" \
                  >/dev/null 2>&1 </dev/null &) & echo done";
    contained("mark-of-orphan", script, &[], |end| assert_eq!(said(end), "done\n"));
}

#[test]
fn speaks_to_the_network() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let script = "for host in 127.0.0.1 1.1.1.1 169.254.169.254; do \
                  (exec 3<>\"/dev/tcp/$host/$1\" && echo REACHED) ; \
                  (echo x >\"/dev/udp/$host/$1\" && echo SENT) 2>/dev/null; done; cat /proc/net/dev; true";
    contained("mark-of-network", script, &[&port], |end| {
        let said = said(end);
        assert!(!said.contains("REACHED") && !said.contains("eth"), "{said}");
    });
    assert!(listener.accept().is_err(), "somebody came");
}

#[test]
fn writes_to_the_home_and_kills_its_parent() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("canary"), "nobody reads this").unwrap();
    let (place, pid) = (home.path().to_str().unwrap(), std::process::id().to_string());
    let script = "kill -9 \"$2\"; kill -9 1; for place in \"$1\" /root /home /in /usr/bin /etc /proc/1 /old; do \
                  echo EVIL >\"$place/evil\" && echo WROTE; cat \"$place/canary\"; done; \
                  cat /proc/1/environ /proc/1/root/etc/passwd; chmod 777 /in; ln -s / /in/x; kill -9 -1; true";
    contained("mark-of-home", script, &[place, &pid], |end| {
        let said = said(end);
        assert!(!said.contains("WROTE") && !said.contains("nobody reads this") && !said.contains("root:x"), "{said}");
    });
    let left: Vec<_> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["canary"]);
    assert!(!fs::exists("/etc/evil").unwrap() && !fs::exists("/usr/bin/evil").unwrap());
}

#[test]
fn looks_for_other_processes_and_rights() {
    let script = "grep -h CapEff /proc/self/status; id -u; ls -d /proc/[0-9]* | wc -l; \
                  cat /proc/self/environ | tr '\\0' '\\n' | cut -d= -f1 | sort | tr '\\n' ' '; \
                  ls /; ls /dev | tr '\\n' ' '; mount -t tmpfs x /usr && echo MOUNTED; \
                  setpriv --reuid=0 id -u && echo ROOT; mknod /tmp/disk b 8 0 && echo DEVICE; \
                  hostname evil && echo NAMED; true";
    contained("mark-of-rights", script, &[], |end| {
        let said = said(end);
        let id: u32 =
            said.strip_prefix("CapEff:\t0000000000000000\n").unwrap().lines().next().unwrap().parse().unwrap();
        assert!((60_578..61_184).contains(&id), "{said}");
        assert!(said.contains("HOME LC_ALL PATH PWD SHLVL _ "), "{said}");
        for word in ["MOUNTED", "ROOT", "DEVICE", "NAMED", "\nhome\n", "\nroot\n", "\nvar\n", "\nrun\n", "sda", "vda"] {
            assert!(!said.contains(word), "{word}: {said}");
        }
    });
}

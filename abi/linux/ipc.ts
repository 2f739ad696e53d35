// System V IPC: linux/ipc.h, linux/shm.h, linux/sem.h, linux/msg.h. sysvipc(7).
export const IPC_PRIVATE = 0;
export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
export const IPC_NOWAIT = 0o4000;
export const IPC_RMID = 0;
export const IPC_SET = 1;
export const IPC_STAT = 2;
export const IPC_INFO = 3;

/** struct ipc64_perm */
export const IPC_PERM_KEY = 0;
export const IPC_PERM_UID = 4;
export const IPC_PERM_GID = 8;
export const IPC_PERM_CUID = 12;
export const IPC_PERM_CGID = 16;
export const IPC_PERM_MODE = 20;
export const IPC_PERM_SEQ = 24;
export const IPC_PERM_SIZE = 48;

export const SHM_RDONLY = 0o10000;
export const SHM_RND = 0o20000;
export const SHM_REMAP = 0o40000;
export const SHM_EXEC = 0o100000;
export const SHM_HUGETLB = 0o4000;
/** Bits of shm_perm.mode. */
export const SHM_DEST = 0o1000;
export const SHM_LOCKED = 0o2000;
export const SHM_LOCK = 11;
export const SHM_UNLOCK = 12;
export const SHM_STAT = 13;
export const SHM_INFO = 14;
export const SHM_STAT_ANY = 15;
/** struct shmid64_ds */
export const SHMID_DS_SEGSZ = 48;
export const SHMID_DS_ATIME = 56;
export const SHMID_DS_DTIME = 64;
export const SHMID_DS_CTIME = 72;
export const SHMID_DS_CPID = 80;
export const SHMID_DS_LPID = 84;
export const SHMID_DS_NATTCH = 88;
export const SHMID_DS_SIZE = 112;

export const SEM_UNDO = 0x1000;
export const SEM_GETPID = 11;
export const SEM_GETVAL = 12;
export const SEM_GETALL = 13;
export const SEM_GETNCNT = 14;
export const SEM_GETZCNT = 15;
export const SEM_SETVAL = 16;
export const SEM_SETALL = 17;
export const SEM_STAT = 18;
export const SEM_INFO = 19;
export const SEM_STAT_ANY = 20;
/** struct semid64_ds */
export const SEMID_DS_OTIME = 48;
export const SEMID_DS_CTIME = 64;
export const SEMID_DS_NSEMS = 80;
export const SEMID_DS_SIZE = 104;
/** struct sembuf */
export const SEMBUF_NUM = 0;
export const SEMBUF_OP = 2;
export const SEMBUF_FLG = 4;
export const SEMBUF_SIZE = 6;

export const MSG_NOERROR = 0o10000;
export const MSG_EXCEPT = 0o20000;
export const MSG_COPY = 0o40000;
export const MSG_STAT = 11;
export const MSG_INFO = 12;
export const MSG_STAT_ANY = 13;
/** struct msqid64_ds */
export const MSQID_DS_STIME = 48;
export const MSQID_DS_RTIME = 56;
export const MSQID_DS_CTIME = 64;
export const MSQID_DS_CBYTES = 72;
export const MSQID_DS_QNUM = 80;
export const MSQID_DS_QBYTES = 88;
export const MSQID_DS_LSPID = 96;
export const MSQID_DS_LRPID = 100;
export const MSQID_DS_SIZE = 120;

/** What Linux allows by default: /proc/sys/kernel/{shmmni,sem,msgmax,msgmnb,msgmni}. */
export const SHMMNI = 4096;
export const SEMMSL = 32000;
export const SEMMNI = 32000;
export const SEMOPM = 500;
export const SEMVMX = 32767;
export const MSGMAX = 8192;
export const MSGMNB = 16384;
export const MSGMNI = 32000;

// Imports only. The compiler names the module of an import after the file that declares it, hence this file's name.
// WASI preview 1: every result is a WASI errno (0 = success); iovecs are {ptr u32, len u32}.
export declare function args_get(argv: usize, buffer: usize): i32;
export declare function args_sizes_get(argc: usize, size: usize): i32;
export declare function clock_time_get(id: i32, precision: u64, out: usize): i32;
export declare function fd_read(fd: i32, iovs: usize, count: i32, nread: usize): i32;
export declare function fd_write(fd: i32, iovs: usize, count: i32, nwritten: usize): i32;
export declare function poll_oneoff(subscriptions: usize, events: usize, count: i32, nevents: usize): i32;
export declare function proc_exit(status: i32): void;
export declare function random_get(out: usize, len: i32): i32;

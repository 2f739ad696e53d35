// Where a program of the host's begins: its stack then holds argc, argv, environ.
__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call program\n");

// Modules that answer messages, by the interface of wasmbox (https://github.com/drifting-in-space/wasmbox).
#ifndef WASMBOX_H
#define WASMBOX_H
int is_wasmbox(void);
// Until there are no more messages.
void run_wasmbox(void);
#endif

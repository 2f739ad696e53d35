// Stores over the border of a page whose second half cannot be written: nothing of them is in the first page afterwards, the
// registers are those from before the instruction (from before the repetition that failed, of a string instruction), and the
// signal tells instruction and address. SDM volume 3, 6.5 and 6.15. Left out is what processors of different makers do
// differently: which byte of x87 images, of XSAVE and of masked moves is touched first, and what these have stored by then.
#include <stddef.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <setjmp.h>
#include "check.h"

#define PAGE 4096
// rdi is the operand, rsi a readable page; what does not fault ends at ud2.
#define INSN(name, size, ...) \
  __asm__(".pushsection .text\n.globl insn_" #name "\ninsn_" #name ":\n" __VA_ARGS__ "\nud2\n.popsection"); \
  extern const char insn_##name[]; \
  static const struct insn name##_insn = {#name, insn_##name, size}; \
  static const struct insn *const name##_entry __attribute__((section("insns"), used)) = &name##_insn

struct insn {
  const char *name, *code;
  long size;
};
extern const struct insn *const __start_insns[], *const __stop_insns[];

INSN(mov16, 2, "mov %ax, (%rdi)");
INSN(mov32, 4, "mov %eax, (%rdi)");
INSN(mov64, 8, "mov %rax, (%rdi)");
INSN(mov64_immediate, 8, "movq $-2, (%rdi)");
INSN(movbe, 8, "movbe %rax, (%rdi)");
INSN(movnti, 8, "movnti %rax, (%rdi)");
INSN(add, 8, "add %rax, (%rdi)");
INSN(adc_immediate, 4, "stc\nadcl $5, (%rdi)");
INSN(lock_add, 4, "lock addl $7, (%rdi)");
INSN(inc, 8, "incq (%rdi)");
INSN(neg, 2, "negw (%rdi)");
INSN(shl, 8, "shlq $3, (%rdi)");
INSN(rcr, 4, "rcrl $1, (%rdi)");
INSN(shld, 8, "shld $9, %rax, (%rdi)");
INSN(bts, 8, "btsq $3, (%rdi)");
INSN(xchg, 8, "xchg %rax, (%rdi)");
INSN(xadd, 8, "xadd %rax, (%rdi)");
INSN(cmpxchg_different, 8, "mov $1, %eax\ncmpxchg %rdx, (%rdi)");
INSN(cmpxchg_equal, 4, "mov $-1, %eax\ncmpxchg %edx, (%rdi)");
INSN(cmpxchg8b, 8, "cmpxchg8b (%rdi)");
INSN(lock_cmpxchg8b, 8, "lock cmpxchg8b (%rdi)");
INSN(cmpxchg16b, 16, "cmpxchg16b (%rdi)");
INSN(push, 8, "mov %rdi, %rsp\nadd $8, %rsp\npush %rax");
INSN(push16, 2, "mov %rdi, %rsp\nadd $2, %rsp\npush %ax");
INSN(push_memory, 8, "mov %rdi, %rsp\nadd $8, %rsp\npushq (%rsi)");
INSN(push_immediate, 8, "mov %rdi, %rsp\nadd $8, %rsp\npush $3");
INSN(pushf, 8, "mov %rdi, %rsp\nadd $8, %rsp\npushf");
INSN(pop_memory, 8, "mov %rsi, %rsp\npopq (%rdi)");
INSN(call, 8, "mov %rdi, %rsp\nadd $8, %rsp\ncall 1f\n1: nop");
INSN(call_register, 8, "mov %rdi, %rsp\nadd $8, %rsp\ncall *%rsi");
INSN(enter, 8, "mov %rdi, %rsp\nadd $8, %rsp\nenter $16, $0");
INSN(stosq, 8, "stosq");
INSN(movsq, 8, "movsq");
INSN(movsw_backward, 2, "std\nmovsw");
INSN(rep_stosb, 8, "mov $20, %ecx\nrep stosb");
INSN(rep_stosq, 24, "sub $16, %rdi\nmov $9, %ecx\nrep stosq");
INSN(rep_movsb, 8, "mov $20, %ecx\nrep movsb");
INSN(rep_movsl, 12, "sub $8, %rdi\nmov $7, %ecx\nrep movsl");
INSN(movss, 4, "movss %xmm0, (%rdi)");
INSN(movsd, 8, "movsd %xmm0, (%rdi)");
INSN(movlps, 8, "movlps %xmm0, (%rdi)");
INSN(movhps, 8, "movhps %xmm0, (%rdi)");
INSN(movups, 16, "movups %xmm0, (%rdi)");
INSN(movdqu, 16, "movdqu %xmm0, (%rdi)");
INSN(movaps_misaligned, 16, "movaps %xmm0, (%rdi)");
INSN(movntdq_misaligned, 16, "movntdq %xmm0, (%rdi)");
INSN(movq_mmx, 8, "movq %mm0, (%rdi)\n");
INSN(vmovups, 32, "vmovups %ymm0, (%rdi)");
INSN(vmovdqu, 32, "vmovdqu %ymm0, (%rdi)");
INSN(vextractf128, 16, "vextractf128 $1, %ymm0, (%rdi)");
INSN(pextrw, 2, "pextrw $1, %xmm0, (%rdi)");
INSN(pextrq, 8, "pextrq $1, %xmm0, (%rdi)");
INSN(extractps, 4, "extractps $2, %xmm0, (%rdi)");
INSN(vcvtps2ph, 8, "vcvtps2ph $0, %xmm0, (%rdi)");
INSN(stmxcsr, 4, "stmxcsr (%rdi)");
INSN(fst_single, 4, "fsts (%rdi)");
INSN(fstp_double, 8, "fstpl (%rdi)");
INSN(fistp16, 2, "fistps (%rdi)");
INSN(fistp64, 8, "fistpll (%rdi)");
INSN(fisttp32, 4, "fisttpl (%rdi)");
INSN(fnstcw, 2, "fnstcw (%rdi)");
INSN(fnstsw, 2, "fnstsw (%rdi)");
// Lanes on the second page are not asked for.
INSN(vmaskmovps_low, 16, "vmaskmovps %xmm0, %xmm1, (%rdi)");

static sigjmp_buf escape;
static struct {
  int signal, code;
  long rip, address;
  greg_t registers[NGREG];
} fault;

static void on_signal(int signal, siginfo_t *info, void *context) {
  const ucontext_t *u = context;
  fault.signal = signal;
  fault.code = info->si_code;
  fault.address = (long)info->si_addr;
  memcpy(fault.registers, u->uc_mcontext.gregs, sizeof fault.registers);
  siglongjmp(escape, 1);
}

// The operand at rdi; numbers that are easy to see in the other registers.
static void run(const char *code, char *target, char *source) {
  static const uint64_t lanes[4] = {0xffffffff80000000, 0x3f80000000000000, 0x4000000040400000, 0x4080000040a00000};
  static const uint32_t mask[4] = {-1u, 0, 0, 0};
  __asm__ volatile(
      "vmovups (%[lanes]), %%ymm0\nvmovups (%[mask]), %%xmm1\nfninit\nfldpi\nfld1\n"
      "mov $0x1122334455667788, %%rax\nmov $0x99aabbcc, %%edx\nmov $3, %%ecx\njmp *%[code]"
      :
      : [code] "r"(code), [lanes] "r"(lanes), [mask] "r"(mask), "D"(target), "S"(source)
      : "rax", "rcx", "rdx", "memory");
}

static void attempt(const struct insn *i, const char *kind, char *pages, long back) {
  static char source[64] __attribute__((aligned(64)));
  static const int shown[] = {REG_RAX, REG_RDX, REG_RCX};
  char *border = pages + PAGE;
  memset(source, 0x55, sizeof source);
  memset(pages, 0xff, PAGE);
  if (!sigsetjmp(escape, 1)) run(i->code, border - back, source);
  __asm__ volatile("cld\nemms\nvzeroupper");
  long changed = 0, first = PAGE;
  for (long at = PAGE - 1; at >= 0; at--)
    if ((unsigned char)pages[at] != 0xff) changed++, first = at;
  bool about_memory = fault.signal == SIGSEGV && fault.code != SI_KERNEL;
  long address = about_memory ? fault.address - (long)border : 0;
  // Which byte of a lane that lies on both pages: the first of the page, or the last of the lane.
  if (!strncmp(i->name, "vmaskmov", 8) && address >= 0 && address < 4) address = 0;
  char text[256], *p = text;
  for (unsigned r = 0; r < sizeof shown / sizeof *shown; r++) p += sprintf(p, " %llx", fault.registers[shown[r]]);
  long rdi = fault.registers[REG_RDI] - (long)border, rsi = fault.registers[REG_RSI] - (long)source;
  long rsp = fault.registers[REG_RSP] - (long)border;
  p += sprintf(p, " rdi %ld rsi %ld", rdi, rsi);
  if (rsp > -2 * PAGE && rsp < 2 * PAGE) p += sprintf(p, " rsp %ld", rsp);
  say("%s %s, %ld before: %s %d at +%ld, address %ld;%s; %ld bytes changed from %ld", i->name, kind, back,
      signal_name(fault.signal), fault.code, (long)fault.registers[REG_RIP] - (long)i->code, address, text, changed, first - PAGE);
}

static void all(const char *kind, char *pages) {
  static char stack[1 << 16];
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaltstack(&alternate, NULL);
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  sigaction(SIGILL, &action, NULL);
  for (const struct insn *const *each = __start_insns; each < __stop_insns; each++) {
    const struct insn *i = *each;
    attempt(i, kind, pages, 1);
    if (i->size > 2) attempt(i, kind, pages, i->size - 1);
    attempt(i, kind, pages, i->size / 2);
  }
}

static char *two_pages(void) {
  return mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

CASE(second_page_unmapped) {
  char *pages = two_pages();
  munmap(pages + PAGE, PAGE);
  all("unmapped", pages);
}

CASE(second_page_without_access) {
  char *pages = two_pages();
  mprotect(pages + PAGE, PAGE, PROT_NONE);
  all("PROT_NONE", pages);
}

CASE(second_page_read_only) {
  char *pages = two_pages();
  memset(pages, 0xff, 2 * PAGE);
  mprotect(pages + PAGE, PAGE, PROT_READ);
  all("read-only", pages);
}

// The file ends at the border: SIGBUS.
CASE(second_page_behind_end_of_file) {
  char name[] = "fileXXXXXX";
  int fd = mkstemp(name);
  ftruncate(fd, PAGE);
  all("behind the end", mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
}

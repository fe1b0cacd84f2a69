/* What Rust's library imports of bcryptprimitives.dll, which Windows has and Wine 8 lacks: random
   bytes, from where Wine has them. For tests under Wine alone. */

#include <windows.h>

BOOLEAN WINAPI SystemFunction036(void *buffer, ULONG size); /* RtlGenRandom of advapi32.dll */

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *buffer, SIZE_T size)
{
    while (size > 0) {
        ULONG part = size > 0x10000 ? 0x10000 : (ULONG)size;
        if (!SystemFunction036(buffer, part))
            return FALSE;
        buffer += part;
        size -= part;
    }
    return TRUE;
}

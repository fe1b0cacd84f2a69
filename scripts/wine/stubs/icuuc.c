/* What Qt imports of icuuc.dll, which Windows has and Wine lacks. No converter is ever opened here
   (U_FILE_ACCESS_ERROR), so that Qt goes on with those of its own. For tests under Wine alone. */

#include <stddef.h>

#define EXPORTED __declspec(dllexport)
enum { U_FILE_ACCESS_ERROR = 4 };

EXPORTED void *ucnv_open(const char *name, int *status)
{
    if (status)
        *status = U_FILE_ACCESS_ERROR;
    return NULL;
}

EXPORTED int ucnv_countAvailable(void)
{
    return 0;
}

EXPORTED const char *ucnv_getAvailableName(int index)
{
    return NULL;
}

EXPORTED const char *ucnv_getStandardName(const char *name, const char *standard, int *status)
{
    if (status)
        *status = U_FILE_ACCESS_ERROR;
    return NULL;
}

/* The others ask for an open converter, and so are never called. */
#define NEVER_CALLED(function) EXPORTED size_t function(void) { return 0; }
NEVER_CALLED(UCNV_FROM_U_CALLBACK_SUBSTITUTE)
NEVER_CALLED(UCNV_TO_U_CALLBACK_SUBSTITUTE)
NEVER_CALLED(ucnv_cbFromUWriteUChars)
NEVER_CALLED(ucnv_cbToUWriteUChars)
NEVER_CALLED(ucnv_close)
NEVER_CALLED(ucnv_fromUCountPending)
NEVER_CALLED(ucnv_fromUnicode)
NEVER_CALLED(ucnv_getFromUCallBack)
NEVER_CALLED(ucnv_getMaxCharSize)
NEVER_CALLED(ucnv_getName)
NEVER_CALLED(ucnv_getToUCallBack)
NEVER_CALLED(ucnv_reset)
NEVER_CALLED(ucnv_setFromUCallBack)
NEVER_CALLED(ucnv_setToUCallBack)
NEVER_CALLED(ucnv_toUCountPending)
NEVER_CALLED(ucnv_toUnicode)

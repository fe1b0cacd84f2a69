/* Runs the connector in the Python that is installed beside this program, in this very process.

   Built twice: DatevConnector.exe has no console, datev-connector.exe has one. Arguments go on
   unchanged; without any, the windowed program runs the connector.

   What ends the start before our own package has the say is told here, in words: a person sees it
   in a box. Nobody may be kept waiting by a box where the installer starts us. */

#include <windows.h>
#include <shellapi.h>
#include <shobjidl.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define LONGEST_PATH 32768
#define LONGEST_TEXT 1024
#define RUNTIME_DAMAGED 121
#define NO_MEMORY 122

typedef int (*PythonMain)(int, wchar_t **);
typedef int (*AuditHook)(const char *, void *, void *);
typedef int (*AddAuditHook)(AuditHook, void *);
typedef int (*AtExit)(void (*)(void));

/* What app/cli.py says as soon as it can tell by itself what is wrong: with the command loaded. */
#define HAS_THE_SAY "datev_connector.has_the_say"

/* The program by which Python knows itself: what it starts again must not open a console. */
static wchar_t own_program[LONGEST_PATH];
static wchar_t python_library[LONGEST_PATH];
static BOOL has_the_say, a_person_waits;

static const wchar_t *const BEFORE[] = {L"-I", L"-X", L"utf8", L"-m", L"datev_connector"};
#define BEFORE_COUNT (sizeof BEFORE / sizeof *BEFORE)

static BOOL is_german(void)
{
    return PRIMARYLANGID(GetUserDefaultUILanguage()) == LANG_GERMAN;
}

static void write_error(const wchar_t *text)
{
    HANDLE stream = GetStdHandle(STD_ERROR_HANDLE);
    char bytes[LONGEST_TEXT];
    DWORD written, mode;

    if (GetConsoleMode(stream, &mode)) {
        WriteConsoleW(stream, text, (DWORD)wcslen(text), &written, NULL);
        WriteConsoleW(stream, L"\r\n", 2, &written, NULL);
    } else if (WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes - 2, NULL, NULL)) {
        strcat(bytes, "\r\n");
        WriteFile(stream, bytes, (DWORD)strlen(bytes), &written, NULL);
    }
}

static void tell_damage(void)
{
    const wchar_t *text = is_german()
        ? L"Der DATEV Connector ist besch\u00e4digt: Teile des Ordners runtime fehlen oder lassen sich nicht laden. "
          L"Reparieren Sie ihn in der Liste der installierten Apps, oder installieren Sie ihn neu."
        : L"The DATEV Connector is damaged: parts of the folder runtime are missing or cannot be loaded. "
          L"Repair it in the list of installed apps, or install it again.";
    if (a_person_waits)
        MessageBoxW(NULL, text, L"DATEV Connector", MB_ICONERROR | MB_OK | MB_SETFOREGROUND);
    else
        write_error(text);
}

/* The folder of this program, with its backslash; FALSE if it has no usable name. */
static BOOL own_folder(wchar_t *folder)
{
    DWORD length = GetModuleFileNameW(NULL, folder, LONGEST_PATH);
    wchar_t *end = length && length < LONGEST_PATH ? wcsrchr(folder, L'\\') : NULL;
    if (!end || end - folder + 64 > LONGEST_PATH)
        return FALSE;
    end[1] = 0;
    return TRUE;
}

static int hear(const char *event, void *arguments, void *unused)
{
    (void)arguments, (void)unused;
    if (!has_the_say && !strcmp(event, HAS_THE_SAY))
        has_the_say = TRUE;
    return 0;
}

/* Python ends the process by itself where it cannot start, or finds no package to run. */
static void at_the_end(void)
{
    if (!has_the_say) {
        tell_damage();
        ExitProcess(RUNTIME_DAMAGED);
    }
}

/* Python's main function, with an ear for our own package and for an early end; NULL: it is not
   there, or not whole. */
static PythonMain find_python(void)
{
    static wchar_t folder[LONGEST_PATH];
    HMODULE python, runtime;
    AddAuditHook add_hook;
    AtExit at_exit;
    UINT mode;

    if (!own_folder(folder))
        return NULL;
    wcscat(wcscpy(own_program, folder), L"DatevConnector.exe");
    wcscat(wcscpy(python_library, folder), L"runtime\\python313.dll");
    mode = SetErrorMode(SEM_FAILCRITICALERRORS); /* no box of Windows' own for a damaged library */
    python = LoadLibraryExW(python_library, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    SetErrorMode(mode);
    runtime = python ? GetModuleHandleW(L"ucrtbase.dll") : NULL; /* that of Python, not our own */
    if (!runtime)
        return NULL;
    add_hook = (AddAuditHook)(void *)GetProcAddress(python, "PySys_AddAuditHook");
    at_exit = (AtExit)(void *)GetProcAddress(runtime, "_crt_atexit");
    if (!add_hook || !at_exit || add_hook(hear, NULL) || at_exit(at_the_end))
        return NULL;
    return (PythonMain)(void *)GetProcAddress(python, "Py_Main");
}

/* Whether this program was started as a Python that is to run the package it runs anyway. */
static BOOL names_the_package(int count, wchar_t **words)
{
    return count > 2 && !wcscmp(words[1], L"-m") && !wcscmp(words[2], BEFORE[BEFORE_COUNT - 1]);
}

#ifdef WINDOWED
/* Whether a person has started the windows, or signed in. The installer starts other commands, and
   `run --after-update`. */
static BOOL opens_windows(int count, wchar_t **words, int first)
{
    return count == first || (!wcscmp(words[first], L"run") &&
                              !(count > first + 1 && !wcscmp(words[first + 1], L"--after-update")));
}
#endif

int wmain(int count, wchar_t **words)
{
    PythonMain python;
    wchar_t **all;
    int first = names_the_package(count, words) ? 3 : 1, made = 0, code, i;

    SetDllDirectoryW(L""); /* no libraries from the folder that somebody happens to be in */
#ifdef WINDOWED
    a_person_waits = opens_windows(count, words, first);
#endif
    python = find_python();
    if (!python) {
        tell_damage();
        return RUNTIME_DAMAGED;
    }
    all = calloc((size_t)count + BEFORE_COUNT + 2, sizeof *all);
    if (!all)
        return NO_MEMORY;
    all[made++] = own_program;
    for (i = 0; i < (int)BEFORE_COUNT; i++)
        all[made++] = (wchar_t *)BEFORE[i];
#ifdef WINDOWED
    if (count == first)
        all[made++] = (wchar_t *)L"run";
#endif
    for (i = first; i < count; i++)
        all[made++] = words[i];
    code = python(made, all);
    at_the_end();
    return code;
}

#ifdef WINDOWED
int WINAPI wWinMain(HINSTANCE self, HINSTANCE before, wchar_t *line, int show)
{
    int count;
    wchar_t **words = CommandLineToArgvW(GetCommandLineW(), &count);

    (void)self, (void)before, (void)line, (void)show;
    /* The same as that of the shortcut (tables.py): one button in the task bar for both. */
    SetCurrentProcessExplicitAppUserModelID(L"DatevConnector");
    return words ? wmain(count, words) : NO_MEMORY;
}
#endif

/* Runs the connector in the Python that is installed beside this program, in this very process.

   Built twice: DatevConnector.exe has no console, datev-connector.exe has one. Arguments go on
   unchanged; without any, the windowed program runs the connector. */

#include <windows.h>
#include <shellapi.h>
#include <shobjidl.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define LONGEST_PATH 32768
#define RUNTIME_DAMAGED 121
#define NO_MEMORY 122

typedef int (*PythonMain)(int, wchar_t **);

/* The program by which Python knows itself: what it starts again must not open a console. */
static wchar_t own_program[LONGEST_PATH];
static wchar_t python_library[LONGEST_PATH];

static const wchar_t *const BEFORE[] = {L"-I", L"-X", L"utf8", L"-m", L"datev_connector"};
#define BEFORE_COUNT (sizeof BEFORE / sizeof *BEFORE)

static BOOL is_german(void)
{
    return PRIMARYLANGID(GetUserDefaultUILanguage()) == LANG_GERMAN;
}

static void tell(const wchar_t *english, const wchar_t *german)
{
    const wchar_t *text = is_german() ? german : english;
#ifdef WINDOWED
    MessageBoxW(NULL, text, L"DATEV Connector", MB_ICONERROR | MB_OK);
#else
    fwprintf(stderr, L"%ls\n", text);
#endif
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

static PythonMain find_python(void)
{
    static wchar_t folder[LONGEST_PATH];
    HMODULE python;

    if (!own_folder(folder))
        return NULL;
    wcscat(wcscpy(own_program, folder), L"DatevConnector.exe");
    wcscat(wcscpy(python_library, folder), L"runtime\\python313.dll");
    python = LoadLibraryExW(python_library, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    return python ? (PythonMain)(void *)GetProcAddress(python, "Py_Main") : NULL;
}

/* Whether this program was started as a Python that is to run the package it runs anyway. */
static BOOL names_the_package(int count, wchar_t **words)
{
    return count > 2 && !wcscmp(words[1], L"-m") && !wcscmp(words[2], BEFORE[BEFORE_COUNT - 1]);
}

int wmain(int count, wchar_t **words)
{
    PythonMain python;
    wchar_t **all;
    int first, made = 0, i;

    SetDllDirectoryW(L""); /* no libraries from the folder that somebody happens to be in */
    python = find_python();
    if (!python) {
        tell(L"The DATEV Connector is damaged: runtime\\python313.dll cannot be loaded. "
             L"Repair it in the list of installed apps, or install it again.",
             L"Der DATEV Connector ist besch\u00e4digt: runtime\\python313.dll l\u00e4sst sich nicht laden. "
             L"Reparieren Sie ihn in der Liste der installierten Apps, oder installieren Sie ihn neu.");
        return RUNTIME_DAMAGED;
    }
    all = calloc((size_t)count + BEFORE_COUNT + 2, sizeof *all);
    if (!all)
        return NO_MEMORY;
    all[made++] = own_program;
    for (i = 0; i < (int)BEFORE_COUNT; i++)
        all[made++] = (wchar_t *)BEFORE[i];
    first = names_the_package(count, words) ? 3 : 1;
#ifdef WINDOWED
    if (count == first)
        all[made++] = (wchar_t *)L"run";
#endif
    for (i = first; i < count; i++)
        all[made++] = words[i];
    return python(made, all);
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

/* WTSLISTENERCONFIG between the model, which keeps the W form, and a caller: listeners.c includes this file once for W
 * and once for A (Channel notes 1). */

static void FORM(give_config)(FORM(WTSLISTENERCONFIG) * config, const WTSLISTENERCONFIGW *kept)
{
    memcpy(config, kept, offsetof(WTSLISTENERCONFIGW, Comment)); /* the numbers lie alike in both forms */
#define PUT(member) FORM(put_text)(config->member, ARRAYSIZE(config->member), kept->member)
    PUT(Comment);
    PUT(LogonUserName);
    PUT(LogonDomain);
    PUT(WorkDirectory);
    PUT(InitialProgram);
#undef PUT
}

static void FORM(take_config)(WTSLISTENERCONFIGW *kept, const FORM(WTSLISTENERCONFIG) * config)
{
    WCHAR *text = NULL;
    memcpy(kept, config, offsetof(WTSLISTENERCONFIGW, Comment));
#define TAKE(member) \
    FORM(take_text)(&text, config->member, ARRAYSIZE(config->member)); \
    put_textW(kept->member, ARRAYSIZE(kept->member), text)
    TAKE(Comment);
    TAKE(LogonUserName);
    TAKE(LogonDomain);
    TAKE(WorkDirectory);
    TAKE(InitialProgram);
#undef TAKE
    free(text);
}

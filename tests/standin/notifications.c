/* Session-change notifications to real windows (Channel notes 4). */
#include "model.h"

void notify_windows(const SERVER *server, DWORD session_id, DWORD notification)
{
    (void)server;
    (void)session_id;
    (void)notification;
}

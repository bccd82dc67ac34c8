/* Filling the structures of WTSQuerySessionInformation in one of their forms: information.c includes this file once
 * for W and once for A (API notes 3.2). */

static void FORM(fill_info)(FORM(WTSINFO) * info, const SESSION *session)
{
    info->State = session->state;
    info->SessionId = session->session_id;
    info->IncomingBytes = session->incoming_bytes;
    info->OutgoingBytes = session->outgoing_bytes;
    info->IncomingFrames = session->incoming_frames;
    info->OutgoingFrames = session->outgoing_frames;
    info->IncomingCompressedBytes = session->incoming_compressed_bytes;
    info->OutgoingCompressedBytes = session->outgoing_compressed_bytes;
    FORM(put_text)(info->WinStationName, ARRAYSIZE(info->WinStationName), session->session_name);
    FORM(put_text)(info->Domain, ARRAYSIZE(info->Domain), session->domain_name);
    FORM(put_text)(info->UserName, ARRAYSIZE(info->UserName), session->user_name);
    info->ConnectTime.QuadPart = session->connect_time;
    info->DisconnectTime.QuadPart = session->disconnect_time;
    info->LastInputTime.QuadPart = session->last_input_time;
    info->LogonTime.QuadPart = session->logon_time;
    info->CurrentTime.QuadPart = session_clock(session);
}

static void FORM(fill_info_ex)(FORM(WTSINFOEX) * info, const SESSION *session)
{
    FORM(WTSINFOEX_LEVEL1_) *data = &info->Data;
    info->Level = 1;
    data->SessionId = session->session_id;
    data->SessionState = session->state;
    data->SessionFlags = session->session_flags;
    FORM(put_text)(data->WinStationName, ARRAYSIZE(data->WinStationName), session->session_name);
    FORM(put_text)(data->UserName, ARRAYSIZE(data->UserName), session->user_name);
    FORM(put_text)(data->DomainName, ARRAYSIZE(data->DomainName), session->domain_name);
    data->LogonTime.QuadPart = session->logon_time;
    data->ConnectTime.QuadPart = session->connect_time;
    data->DisconnectTime.QuadPart = session->disconnect_time;
    data->LastInputTime.QuadPart = session->last_input_time;
    data->CurrentTime.QuadPart = session_clock(session);
    data->IncomingBytes = session->incoming_bytes;
    data->OutgoingBytes = session->outgoing_bytes;
    data->IncomingFrames = session->incoming_frames;
    data->OutgoingFrames = session->outgoing_frames;
    data->IncomingCompressedBytes = session->incoming_compressed_bytes;
    data->OutgoingCompressedBytes = session->outgoing_compressed_bytes;
}

static void FORM(fill_client)(FORM(WTSCLIENT) * client, const SESSION *session)
{
    FORM(put_text)(client->ClientName, ARRAYSIZE(client->ClientName), session->client_name);
    FORM(put_text)(client->Domain, ARRAYSIZE(client->Domain), session->domain_name);
    FORM(put_text)(client->UserName, ARRAYSIZE(client->UserName), session->user_name);
    FORM(put_text)(client->WorkDirectory, ARRAYSIZE(client->WorkDirectory), session->working_directory);
    FORM(put_text)(client->InitialProgram, ARRAYSIZE(client->InitialProgram), session->initial_program);
    client->EncryptionLevel = session->encryption_level;
    client->ClientAddressFamily = session->client_address_family;
    put_client_address(client->ClientAddress, session);
    client->HRes = (USHORT)session->horizontal_resolution;
    client->VRes = (USHORT)session->vertical_resolution;
    client->ColorDepth = (USHORT)session->color_depth;
    FORM(put_text)(client->ClientDirectory, ARRAYSIZE(client->ClientDirectory), session->client_directory);
    client->ClientBuildNumber = session->client_build_number;
    client->ClientHardwareId = session->client_hardware_id;
    client->ClientProductId = session->client_product_id;
    FORM(put_text)(client->DeviceId, ARRAYSIZE(client->DeviceId), session->device_id);
}

static void FORM(fill_config)(FORM(WTSCONFIGINFO) * config, const SESSION *session)
{
    config->version = 1;
    config->ShadowSettings = session->shadow_settings;
    FORM(put_text)(config->LogonUserName, ARRAYSIZE(config->LogonUserName), session->user_name);
    FORM(put_text)(config->LogonDomain, ARRAYSIZE(config->LogonDomain), session->domain_name);
    FORM(put_text)(config->WorkDirectory, ARRAYSIZE(config->WorkDirectory), session->working_directory);
    FORM(put_text)(config->InitialProgram, ARRAYSIZE(config->InitialProgram), session->initial_program);
    FORM(put_text)(config->ApplicationName, ARRAYSIZE(config->ApplicationName), session->application_name);
}

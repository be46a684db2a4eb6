; The Windows installer: 64-bit, per user, no administrator.  Compiled by package.py, which names
; the payload file by file in ${FILES}, so that two builds are the same byte for byte.
;
; Silent: setup.exe /S [/DESKTOP] [/D=C:\folder]      uninstall.exe /S [/PURGE]
; Exit codes: 0 done, 1 cancelled, 2 the program is running or files are in use, 3 wrong Windows.
Unicode true
Target amd64-unicode
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include Sections.nsh
!include WinVer.nsh
!include x64.nsh
!include "${FILES}"

!define APP "PingTree Desktop"
!define PROGID "PingTreeDesktop.Profile"
!define APPKEY "Software\${APP}"
!define UNINSTKEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP}"
!define DATA "$LOCALAPPDATA\${APP}"

Name "${APP}"
OutFile "${OUTFILE}"
InstallDir "$LOCALAPPDATA\Programs\${APP}"
InstallDirRegKey HKCU "${APPKEY}" "InstallDir"
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetCompressorDictSize 32
SetOverwrite on
ManifestDPIAware true
ManifestSupportedOS Win10
BrandingText "${APP} ${VERSION}"
VIProductVersion "${NUMERIC}"
VIFileVersion "${NUMERIC}"
VIAddVersionKey "ProductName" "${APP}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "FileDescription" "${APP} Setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "${COPYRIGHT}"
!ifdef ICON
  !define MUI_ICON "${ICON}"
  !define MUI_UNICON "${ICON}"
!endif
!ifdef SIGN_UNINSTALLER
  !uninstfinalize '${SIGN_UNINSTALLER} "%1"' = 0
!endif

!define MUI_ABORTWARNING
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\${EXE}"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A running copy holds its own file open; asking again is for a person, never for /S.
!macro REFUSE_WHILE_RUNNING FILE
  ${Do}
    ClearErrors
    ${IfNot} ${FileExists} "$INSTDIR\${FILE}"
      ${ExitDo}
    ${EndIf}
    FileOpen $0 "$INSTDIR\${FILE}" a
    ${IfNot} ${Errors}
      FileClose $0
      ${ExitDo}
    ${EndIf}
    ${If} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${APP} is running. Close it, then choose Retry." /SD IDCANCEL IDCANCEL`
      SetErrorLevel 2
      Abort "${APP} is running; nothing was changed."
    ${EndIf}
  ${Loop}
!macroend

; What the older version leaves steps aside first: a file in use stops the upgrade before anything
; is lost, and a failure later brings the old version back.
!macro STEP_ASIDE ENTRY
  ${If} ${FileExists} "$INSTDIR\${ENTRY}"
    RMDir /r "$INSTDIR\${ENTRY}.old"
    Delete "$INSTDIR\${ENTRY}.old"
    ClearErrors
    Rename "$INSTDIR\${ENTRY}" "$INSTDIR\${ENTRY}.old"
    ${If} ${Errors}
      Call BringBack
      MessageBox MB_OK|MB_ICONSTOP "A file of ${APP} is in use. Close all windows of it and run Setup again." /SD IDOK
      SetErrorLevel 2
      Abort "A file is in use; the older version is unchanged."
    ${EndIf}
  ${EndIf}
!macroend

!macro BRING_BACK ENTRY
  ${If} ${FileExists} "$INSTDIR\${ENTRY}.old"
    RMDir /r "$INSTDIR\${ENTRY}"
    Delete "$INSTDIR\${ENTRY}"
    Rename "$INSTDIR\${ENTRY}.old" "$INSTDIR\${ENTRY}"
  ${EndIf}
!macroend

!macro DROP_OLD ENTRY
  RMDir /r "$INSTDIR\${ENTRY}.old"
  Delete "$INSTDIR\${ENTRY}.old"
!macroend

!macro REMOVE ENTRY
  RMDir /r "$INSTDIR\${ENTRY}"
  Delete "$INSTDIR\${ENTRY}"
!macroend

!macro TELL_EXPLORER
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

Function BringBack
  !insertmacro EACH_ENTRY BRING_BACK
FunctionEnd

Function .onInstFailed
  Call BringBack
FunctionEnd

Section "!${APP}" PROGRAM
  SectionIn RO
  !insertmacro EACH_PROGRAM REFUSE_WHILE_RUNNING
  !insertmacro EACH_ENTRY STEP_ASIDE
  !insertmacro PAYLOAD_FILES
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${APP}.lnk" "$INSTDIR\${EXE}"
  WriteRegStr HKCU "${APPKEY}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTKEY}" "DisplayName" "${APP}"
  WriteRegStr HKCU "${UNINSTKEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTKEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTKEY}" "DisplayIcon" "$INSTDIR\${EXE}"
  WriteRegStr HKCU "${UNINSTKEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTKEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegStr HKCU "${UNINSTKEY}" "InstallLocation" "$INSTDIR"
  WriteRegDWORD HKCU "${UNINSTKEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTKEY}" "NoRepair" 1
  WriteRegDWORD HKCU "${UNINSTKEY}" "EstimatedSize" ${SIZE_KB}
  !insertmacro EACH_ENTRY DROP_OLD
SectionEnd

Section "Open .pingtree files (exported profiles)" ASSOCIATION
  WriteRegStr HKCU "Software\Classes\.pingtree" "" "${PROGID}"
  WriteRegStr HKCU "Software\Classes\.pingtree\OpenWithProgids" "${PROGID}" ""
  WriteRegStr HKCU "Software\Classes\${PROGID}" "" "PingTree profile"
  WriteRegStr HKCU "Software\Classes\${PROGID}\DefaultIcon" "" "$INSTDIR\${EXE},0"
  WriteRegStr HKCU "Software\Classes\${PROGID}\shell\open\command" "" '"$INSTDIR\${EXE}" "%1"'
  !insertmacro TELL_EXPLORER
SectionEnd

Section /o "Entry on the desktop" DESKTOP_ENTRY
  SetOutPath "$INSTDIR"
  CreateShortcut "$DESKTOP\${APP}.lnk" "$INSTDIR\${EXE}"
SectionEnd

; After the sections, as it selects one of them.
Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} 17763
    MessageBox MB_ICONSTOP|MB_OK "${APP} needs 64-bit Windows 10, version 1809 or later." /SD IDOK
    SetErrorLevel 3
    Abort
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DESKTOP" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${DESKTOP_ENTRY}
  ${EndIf}
FunctionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${PROGRAM} "The program, and its entry in the Start menu."
  !insertmacro MUI_DESCRIPTION_TEXT ${ASSOCIATION} "A double click on an exported profile opens it."
  !insertmacro MUI_DESCRIPTION_TEXT ${DESKTOP_ENTRY} "An entry on the desktop."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Section "!un.${APP}" UN_PROGRAM
  SectionIn RO
  !insertmacro EACH_PROGRAM REFUSE_WHILE_RUNNING
  !insertmacro EACH_ENTRY REMOVE
  !insertmacro EACH_ENTRY DROP_OLD
  Delete "$INSTDIR\uninstall.exe"
  Delete "$SMPROGRAMS\${APP}.lnk"
  Delete "$DESKTOP\${APP}.lnk"
  RMDir "$INSTDIR"  ; only when empty: what a person put there stays
  ReadRegStr $0 HKCU "Software\Classes\.pingtree" ""
  ${If} $0 == "${PROGID}"
    DeleteRegValue HKCU "Software\Classes\.pingtree" ""
  ${EndIf}
  DeleteRegValue HKCU "Software\Classes\.pingtree\OpenWithProgids" "${PROGID}"
  DeleteRegKey /ifempty HKCU "Software\Classes\.pingtree\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "Software\Classes\.pingtree"
  DeleteRegKey HKCU "Software\Classes\${PROGID}"
  DeleteRegKey HKCU "${UNINSTKEY}"
  DeleteRegKey HKCU "${APPKEY}"
  !insertmacro TELL_EXPLORER
SectionEnd

Section /o "un.Profiles, settings and history" UN_DATA
  RMDir /r "${DATA}"
SectionEnd

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${UN_PROGRAM} "The program, its entries and its file type."
  !insertmacro MUI_DESCRIPTION_TEXT ${UN_DATA} "Everything you made with it, in ${DATA}. This cannot be undone."
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

Function un.onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/PURGE" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${UN_DATA}
  ${EndIf}
FunctionEnd

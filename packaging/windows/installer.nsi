; The Windows installer: 64-bit, per user, no administrator.  Compiled by package.py, which names
; the payload file by file in ${FILES}, so that two builds are the same byte for byte.
;
; Silent: setup.exe /S [/DESKTOP] [/NOASSOC] [/D=C:\folder]      uninstall.exe /S [/PURGE]
; Exit codes: 0 done, 1 cancelled, 2 the program is running, or files are in use or cannot be
; written, 3 wrong Windows, 4 the folder holds other things.
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
AllowSkipFiles off  ; a file that cannot be written ends Setup, also a silent one
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
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE FolderChosen
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Var FOLDER      ; where the macros for one entry look
Var OTHER       ; the registered installation where that is another folder, else empty
Var ASIDE       ; the folder of this run alone that the older version waits in
Var IS_WRITING  ; whether files of this version may be there already

; A running copy holds its own file open; asking again is for a person, never for /S.
!macro REFUSE_WHILE_RUNNING FILE
  ${Do}
    ClearErrors
    ${IfNot} ${FileExists} "$FOLDER\${FILE}"
      ${ExitDo}
    ${EndIf}
    FileOpen $0 "$FOLDER\${FILE}" a
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
    ClearErrors
    Rename "$INSTDIR\${ENTRY}" "$ASIDE\${ENTRY}"
    ${If} ${Errors}
      Call BringBack
      MessageBox MB_OK|MB_ICONSTOP "A file of ${APP} is in use. Close all windows of it and run Setup again." /SD IDOK
      SetErrorLevel 2
      Abort "A file is in use; the older version is unchanged."
    ${EndIf}
  ${EndIf}
!macroend

!macro TAKE_BACK ENTRY
  ${If} $IS_WRITING == "yes"
    Push "$INSTDIR\${ENTRY}"
    Call RemoveTree
  ${EndIf}
  ${If} ${FileExists} "$ASIDE\${ENTRY}"
    Rename "$ASIDE\${ENTRY}" "$INSTDIR\${ENTRY}"
  ${EndIf}
!macroend

!macro REMOVE ENTRY
  Push "$FOLDER\${ENTRY}"
  Call RemoveTree
!macroend

!macro UN_REMOVE ENTRY
  Push "$FOLDER\${ENTRY}"
  Call un.RemoveTree
!macroend

!macro TELL_EXPLORER
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

; A key that others may use, too, goes only when nothing is in it (/ifempty looks at subkeys alone).
!macro DROP_EMPTY_KEY KEY
  ClearErrors
  EnumRegValue $0 HKCU "${KEY}" 0
  ${If} ${Errors}
    DeleteRegKey /ifempty HKCU "${KEY}"
  ${EndIf}
!macroend

; The file type goes back to the program that had it before, if one had.
!macro GIVE_BACK_ASSOCIATION
  ReadRegStr $0 HKCU "Software\Classes\.pingtree" ""
  ${If} $0 == "${PROGID}"
    ReadRegStr $0 HKCU "${APPKEY}" "FormerDefault"
    ${If} $0 == ""
      DeleteRegValue HKCU "Software\Classes\.pingtree" ""
    ${Else}
      WriteRegStr HKCU "Software\Classes\.pingtree" "" $0
    ${EndIf}
  ${EndIf}
  DeleteRegValue HKCU "${APPKEY}" "FormerDefault"
  DeleteRegValue HKCU "Software\Classes\.pingtree\OpenWithProgids" "${PROGID}"
  !insertmacro DROP_EMPTY_KEY "Software\Classes\.pingtree\OpenWithProgids"
  !insertmacro DROP_EMPTY_KEY "Software\Classes\.pingtree"
  DeleteRegKey HKCU "Software\Classes\${PROGID}"
  !insertmacro TELL_EXPLORER
!macroend

; Removes a file or a folder with all that is in it.  A link or junction (the attribute 0x400) is
; removed itself and never followed: what it leads to is not ours.
!macro REMOVE_TREE UN
  Function ${UN}RemoveTree
    Exch $0
    Push $1
    Push $2
    System::Call 'kernel32::GetFileAttributes(t r0) i .r1'
    ${If} $1 = -1
      Goto done
    ${EndIf}
    IntOp $2 $1 & 0x10
    ${If} $2 = 0
      Delete "$0"
      Goto done
    ${EndIf}
    IntOp $2 $1 & 0x400
    ${If} $2 = 0
      FindFirst $1 $2 "$0\*.*"
      ${DoUntil} $2 == ""
        ${If} $2 != "."
        ${AndIf} $2 != ".."
          Push "$0\$2"
          Call ${UN}RemoveTree
        ${EndIf}
        FindNext $1 $2
      ${Loop}
      FindClose $1
    ${EndIf}
    RMDir "$0"
    done:
    Pop $2
    Pop $1
    Pop $0
  FunctionEnd
!macroend
!insertmacro REMOVE_TREE ""
!insertmacro REMOVE_TREE "un."

; $0 becomes the registered installation's folder, spelt as $INSTDIR is.
!macro READ_REGISTERED
  ReadRegStr $0 HKCU "${APPKEY}" "InstallDir"
  ${If} $0 != ""
    GetFullPathName $1 "$0"
    ${If} $1 != ""
      StrCpy $0 $1
    ${EndIf}
    GetFullPathName $1 "$INSTDIR"
    ${If} $1 != ""
      StrCpy $INSTDIR $1
    ${EndIf}
  ${EndIf}
!macroend

; What an interrupted setup left; only a folder that one made, which is noted in the registry.
!macro DROP_LEFT_ASIDE UN
  ReadRegStr $0 HKCU "${APPKEY}" "Aside"
  ${If} $0 != ""
    Push $0
    Call ${UN}RemoveTree
    DeleteRegValue HKCU "${APPKEY}" "Aside"
  ${EndIf}
!macroend

; Sets $OTHER; $0 is "yes" when the chosen folder is one that Setup may write into: not there,
; empty, or the registered installation.
Function LookAround
  StrCpy $OTHER ""
  !insertmacro READ_REGISTERED
  ${If} $0 == $INSTDIR
    ${If} ${FileExists} "$INSTDIR\uninstall.exe"
    ${OrIf} ${FileExists} "$INSTDIR\${EXE}"
      StrCpy $0 "yes"
      Return
    ${EndIf}
  ${ElseIf} $0 != ""
    ${If} ${FileExists} "$0\uninstall.exe"
    ${AndIf} ${FileExists} "$0\${EXE}"
      StrCpy $OTHER $0
      StrLen $1 "$OTHER\_internal"
      StrCpy $2 $INSTDIR $1
      ${If} $2 == "$OTHER\_internal"  ; it would be removed with the other one
        StrCpy $0 "no"
        Return
      ${EndIf}
    ${EndIf}
  ${EndIf}
  StrCpy $0 "yes"
  FindFirst $1 $2 "$INSTDIR\*.*"
  ${DoUntil} $2 == ""
    ${If} $2 != "."
    ${AndIf} $2 != ".."
      StrCpy $0 "no"
    ${EndIf}
    FindNext $1 $2
  ${Loop}
  FindClose $1
FunctionEnd

Function FolderChosen
  Call LookAround
  ${If} $0 != "yes"
    MessageBox MB_OK|MB_ICONEXCLAMATION "There are other things in $INSTDIR. Choose a folder that is empty or not there yet."
    Abort
  ${EndIf}
FunctionEnd

; Undoes what was done so far: files of this version go, those of the older one come back.
Function BringBack
  ${If} $ASIDE == ""
    Return
  ${EndIf}
  SetOutPath "$TEMP"  ; a folder that one stands in cannot be removed
  !insertmacro EACH_ENTRY TAKE_BACK
  !insertmacro TAKE_BACK "uninstall.exe"
  RMDir "$ASIDE"
  ${IfNot} ${FileExists} "$ASIDE\*.*"
    DeleteRegValue HKCU "${APPKEY}" "Aside"
    !insertmacro DROP_EMPTY_KEY "${APPKEY}"
  ${EndIf}
  RMDir "$INSTDIR"  ; only when empty
  StrCpy $ASIDE ""
FunctionEnd

Function .onInstFailed
  Call BringBack
FunctionEnd

Section "!${APP}" PROGRAM
  SectionIn RO
  Call LookAround
  ${If} $0 != "yes"
    SetErrorLevel 4
    Abort "There are other things in $INSTDIR; nothing was changed."
  ${EndIf}
  StrCpy $FOLDER $INSTDIR
  !insertmacro EACH_PROGRAM REFUSE_WHILE_RUNNING
  ${If} $OTHER != ""
    StrCpy $FOLDER $OTHER
    !insertmacro EACH_PROGRAM REFUSE_WHILE_RUNNING
  ${EndIf}
  !insertmacro DROP_LEFT_ASIDE ""
  ClearErrors
  CreateDirectory "$INSTDIR"
  GetTempFileName $ASIDE "$INSTDIR"  ; a name that nobody has
  Delete $ASIDE
  CreateDirectory $ASIDE
  ${If} ${Errors}
  ${OrIf} $ASIDE == ""
    StrCpy $ASIDE ""
    MessageBox MB_OK|MB_ICONSTOP "Setup cannot write to $INSTDIR. Nothing was changed." /SD IDOK
    SetErrorLevel 2
    Abort "The folder cannot be written to; nothing was changed."
  ${EndIf}
  WriteRegStr HKCU "${APPKEY}" "Aside" $ASIDE
  !insertmacro EACH_ENTRY STEP_ASIDE
  !insertmacro STEP_ASIDE "uninstall.exe"
  StrCpy $IS_WRITING "yes"
  ClearErrors
  !insertmacro PAYLOAD_FILES
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  ${If} ${Errors}
    Call BringBack
    MessageBox MB_OK|MB_ICONSTOP "Not every file could be written to $INSTDIR. Nothing was changed." /SD IDOK
    SetErrorLevel 2
    Abort "A file could not be written; nothing was changed."
  ${EndIf}
  StrCpy $IS_WRITING ""
  StrCpy $ASIDE ""  ; from here on there is no way back
  ${If} $OTHER != ""  ; one installation for a person: the other one's own files go
    StrCpy $FOLDER $OTHER
    !insertmacro EACH_ENTRY REMOVE
    Delete "$OTHER\uninstall.exe"
    RMDir "$OTHER"
    ${If} ${FileExists} "$DESKTOP\${APP}.lnk"
      CreateShortcut "$DESKTOP\${APP}.lnk" "$INSTDIR\${EXE}"
    ${EndIf}
  ${EndIf}
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
  !insertmacro DROP_LEFT_ASIDE ""
SectionEnd

Section "Open .pingtree files (exported profiles)" ASSOCIATION
  ReadRegStr $0 HKCU "Software\Classes\.pingtree" ""
  ${If} $0 == ""
    DeleteRegValue HKCU "${APPKEY}" "FormerDefault"
  ${ElseIf} $0 != "${PROGID}"
    WriteRegStr HKCU "${APPKEY}" "FormerDefault" $0
  ${EndIf}
  WriteRegStr HKCU "Software\Classes\.pingtree" "" "${PROGID}"
  WriteRegStr HKCU "Software\Classes\.pingtree\OpenWithProgids" "${PROGID}" ""
  WriteRegStr HKCU "Software\Classes\${PROGID}" "" "PingTree profile"
  WriteRegStr HKCU "Software\Classes\${PROGID}\DefaultIcon" "" "$INSTDIR\${EXE},0"
  WriteRegStr HKCU "Software\Classes\${PROGID}\shell\open\command" "" '"$INSTDIR\${EXE}" "%1"'
  !insertmacro TELL_EXPLORER
SectionEnd

Section "-"  ; not shown: left out this time, it does not stay from the time before
  ${IfNot} ${SectionIsSelected} ${ASSOCIATION}
    !insertmacro GIVE_BACK_ASSOCIATION
  ${EndIf}
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
  ClearErrors
  ${GetOptions} $0 "/NOASSOC" $1
  ${IfNot} ${Errors}
    !insertmacro UnselectSection ${ASSOCIATION}
  ${EndIf}
FunctionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${PROGRAM} "The program, and its entry in the Start menu."
  !insertmacro MUI_DESCRIPTION_TEXT ${ASSOCIATION} "A double click on an exported profile opens it."
  !insertmacro MUI_DESCRIPTION_TEXT ${DESKTOP_ENTRY} "An entry on the desktop."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Section "!un.${APP}" UN_PROGRAM
  SectionIn RO
  StrCpy $FOLDER $INSTDIR
  !insertmacro EACH_PROGRAM REFUSE_WHILE_RUNNING
  !insertmacro READ_REGISTERED
  StrCpy $OTHER ""
  ${If} $0 != $INSTDIR
    StrCpy $OTHER "yes"  ; entries and file type belong to another installation
  ${EndIf}
  StrCpy $FOLDER $INSTDIR
  !insertmacro EACH_ENTRY UN_REMOVE
  ${If} $OTHER == ""
    !insertmacro DROP_LEFT_ASIDE "un."
  ${EndIf}
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"  ; only when empty: what a person put there stays
  ${If} $OTHER == ""
    Delete "$SMPROGRAMS\${APP}.lnk"
    Delete "$DESKTOP\${APP}.lnk"
    !insertmacro GIVE_BACK_ASSOCIATION
    DeleteRegKey HKCU "${UNINSTKEY}"
    DeleteRegKey HKCU "${APPKEY}"
  ${EndIf}
SectionEnd

Section /o "un.Profiles, settings and history" UN_DATA
  Push "${DATA}"
  Call un.RemoveTree
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

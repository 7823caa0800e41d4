@echo off
rem Runs the command line of Tesserae with the Java in this folder, or else with the one that JAVA_HOME or PATH name: 25 or newer.
rem
rem   TESSERAE_JAVA_OPTIONS   further options for the JVM, as -Xmx8g
setlocal
set "ROOT=%~dp0.."
set "JAVA=%ROOT%\runtime\bin\java.exe"
if exist "%JAVA%" goto start
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
:start
"%JAVA%" -XX:MaxRAMPercentage=70 -XX:+UseSerialGC -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 ^
    --enable-native-access=io.tesserae.cli,io.tesserae.loaders %TESSERAE_JAVA_OPTIONS% ^
    -p "%ROOT%\lib" -m io.tesserae.cli/io.tesserae.cli.Main %*
exit /b %ERRORLEVEL%

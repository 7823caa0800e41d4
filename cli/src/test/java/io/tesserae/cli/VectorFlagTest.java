package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to give a program on the class path its vectors that {@code docs/embedding.md} names. */
class VectorFlagTest {

    private static final String WITH_BLANK = "--add-modules jdk.incubator.vector";
    private static final String WITH_EQUALS = "--add-modules=jdk.incubator.vector";

    @TempDir
    private Path folder;

    @Test
    void withoutTheFlagKernelsAreScalarAndAWarningSaysSo() throws Exception {
        String output = version(Map.of());
        assertTrue(output.contains("scalar"), output);
        assertTrue(output.contains("the vector module is not loaded"), output);
    }

    @Test
    void onTheCommandLineAndInAFileOfArguments() throws Exception {
        assertVectors(version(Map.of(), WITH_BLANK.split(" ")));
        assertVectors(version(Map.of(), "@" + file(WITH_BLANK)));
        assertVectors(version(Map.of(), "--add-modules", "java.logging", "@" + file(WITH_BLANK)));
    }

    @Test
    void inTheVariableThatJavaReads() throws Exception {
        assertVectors(version(Map.of("JDK_JAVA_OPTIONS", WITH_BLANK)));
        assertVectors(version(Map.of("JDK_JAVA_OPTIONS", WITH_EQUALS)));
    }

    @Test
    void inWhatEveryJvmReadsWithAnEqualsSignOnly() throws Exception {
        assertVectors(version(Map.of("JAVA_TOOL_OPTIONS", WITH_EQUALS)));
        assertVectors(version(Map.of(), "-XX:VMOptionsFile=" + file(WITH_EQUALS)));
        for (String output : List.of(
                version(Map.of("JAVA_TOOL_OPTIONS", WITH_BLANK)),
                version(Map.of(), "-XX:VMOptionsFile=" + file(WITH_BLANK)))) {
            assertTrue(output.contains("Unrecognized option: --add-modules"), output);
        }
    }

    @Test
    void whoWantsVectorsOrNothingGetsThat() throws Exception {
        String output = version(Map.of(), "-Dtesserae.kernels=vector");
        assertTrue(output.contains("--add-modules jdk.incubator.vector"), output);
        assertTrue(!output.contains("scalar"), output);
    }

    private static void assertVectors(String output) {
        assertTrue(output.matches("(?s).*\\bvector, \\d+ bits.*"), output);
        assertEquals(-1, output.indexOf("not loaded"), output);
        assertTrue(output.contains("WARNING: Using incubator modules: jdk.incubator.vector"), output);
    }

    private Path file(String options) throws IOException {
        return Files.writeString(folder.resolve("java.options"), options + "\n");
    }

    /** What a JVM on the class path that these options start says of itself, on both streams. */
    private static String version(Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "--version"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}

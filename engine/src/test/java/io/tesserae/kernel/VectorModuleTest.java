package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code java -jar} computes with, as the jar's manifest asks. */
class VectorModuleTest {

    private static final String ADD_EXPORTS = "Add-Exports";
    private static final String REQUEST = "java.base/jdk.internal.module";

    @TempDir
    private Path folder;

    /** The program: says what its engine computes with. */
    public static final class Description {

        private Description() {}

        /** Prints one line, and another one if a layer of the boot has the vector module. */
        public static void main(String[] arguments) {
            try (Engine engine = Engine.builder().threads(1).build()) {
                System.out.println(engine.description());
            }
            ModuleLayer.boot().findModule("jdk.incubator.vector").ifPresent(System.out::println);
        }
    }

    @Test
    void aManifestThatAsksForTheModuleHasItLoaded() throws Exception {
        String output = start(REQUEST);
        assertTrue(output.matches("vector, \\d+ bits\\R"), output);
    }

    /** The JVM looks for it in all that Java has, not in what the program was limited to. */
    @Test
    void aLimitOfModulesDoesNotHideIt() throws Exception {
        String output = start(REQUEST, "--limit-modules", "java.base,java.logging");
        assertTrue(output.matches("vector, \\d+ bits\\R"), output);
    }

    @Test
    void anyOtherManifestLeavesTheModuleOut() throws Exception {
        for (String exports : new String[] {null, "java.base/jdk.internal.misc"}) {
            String output = start(exports);
            assertTrue(output.contains("the vector module is not loaded: start java with --add-modules"), output);
            assertTrue(output.endsWith("scalar" + System.lineSeparator()), output);
            assertFalse(output.contains("manifest"), output);
        }
    }

    /** It is in no layer that an option of the JVM made, so narrow vectors must still be told from none. */
    @Test
    void vectorsThatAreTooNarrowAreAnotherReason() throws Exception {
        String output = start(REQUEST, "-XX:MaxVectorSize=8", "-Dtesserae.kernels=vector");
        assertTrue(output.contains("found \"vector\", but this JVM's vectors have 64 bits"), output);
    }

    @Test
    void theFlagStillDoesAndLoadsNothingTwice() throws Exception {
        List<String> lines =
                start(REQUEST, "--add-modules", "jdk.incubator.vector").lines().toList();
        assertEquals("module jdk.incubator.vector", lines.getLast());
        assertTrue(lines.get(lines.size() - 2).matches("vector, \\d+ bits"), lines.toString());
    }

    /** What a JVM prints, on both streams, that a jar with such a manifest starts. */
    private String start(String exports, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", jar(exports).toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private Path jar(String exports) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, Description.class.getName());
        // The test's own class path, as a manifest names it.
        attributes.put(
                Attributes.Name.CLASS_PATH,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toUri().toString())
                        .collect(Collectors.joining(" ")));
        if (exports != null) {
            attributes.put(new Attributes.Name(ADD_EXPORTS), exports);
        }
        Path jar = folder.resolve("program.jar");
        try (OutputStream bytes = Files.newOutputStream(jar)) {
            new JarOutputStream(bytes, manifest).close();
        }
        return jar;
    }
}

package io.tesserae.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tesserae.otherjvm.OtherJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of separate JVMs: what they answer is what one JVM answers. It takes minutes, so it runs where it is asked for, with {@code
 * -Dspark.cluster=true}; {@code -Dspark.cluster.rows} says how many rows each transformer gets.
 */
@Tag("cluster")
@EnabledIfSystemProperty(named = "spark.cluster", matches = "true")
class ClusterTest {

    private static final String ROWS = System.getProperty("spark.cluster.rows", "5000");

    @TempDir
    Path folder;

    @Test
    void everyTransformerAnswersAsInOneProcess() throws Exception {
        assertAllWell(6, "answers", ROWS);
    }

    @Test
    void aJobOutlivesAWorkerThatIsKilled() throws Exception {
        assertAllWell(3, "kill", ROWS);
    }

    @Test
    void aLargeModelComesByPathAndByBroadcast() throws Exception {
        assertAllWell(3, "large", "40");
    }

    @Test
    void aModelComesFromTheHubsCacheAndFromAnArchive() throws Exception {
        assertAllWell(6, "routes", "300");
    }

    @Test
    void aPipelineThatWasSavedAnswersTheSameInAnotherProcess() throws Exception {
        assertEquals(run("save", "300"), run("load", "300"));
    }

    private void assertAllWell(int findings, String work, String rows) throws Exception {
        List<String> lines = run(work, rows);
        lines.forEach(System.out::println);
        List<String> found =
                lines.stream().filter(line -> !line.startsWith(" ")).toList();
        assertEquals(findings, found.size());
        assertFalse(found.stream().anyMatch(line -> !line.endsWith(": true")), found.toString());
    }

    /** The driver, with a hub's cache in its environment. */
    private List<String> run(String work, String rows) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>();
        options.add("HF_HUB_CACHE=" + folder.resolve("hub"));
        options.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        options.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        options.add("-Xmx4g");
        return OtherJvm.run(Path.of("/usr/bin/env"), ClusterProgram.class, options, work, folder.toString(), rows);
    }
}

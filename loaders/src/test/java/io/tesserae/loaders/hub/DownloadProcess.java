package io.tesserae.loaders.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A download in a process of its own, which can be killed: {@code java DownloadProcess MODEL}, told by its environment what else. */
final class DownloadProcess {

    private DownloadProcess() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println(Hub.fromEnvironment()
                .download(arguments[0])
                .path("config.json")
                .orElseThrow()
                .getParent());
    }

    static Process start(HubTestBed bed, String model, boolean flock) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        if (flock) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), DownloadProcess.class.getName(), model));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "HF_HUB_CACHE", bed.cache.toString(),
                        "HF_ENDPOINT", bed.server.endpoint().toString()));
        return builder.start();
    }
}

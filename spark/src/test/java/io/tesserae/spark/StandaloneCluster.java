package io.tesserae.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;

/**
 * A master and workers on the loopback, each a JVM of its own, started from the jars on the class path as Spark's scripts would from a
 * distribution's. Executors are JVMs that workers start.
 */
final class StandaloneCluster implements AutoCloseable {

    private final Path home;
    private final int port;
    private final List<Process> processes = new CopyOnWriteArrayList<>(); // the master, then the workers

    /** Starts a master and workers with a core each. */
    StandaloneCluster(Path home, int workers, String memory) throws IOException, InterruptedException {
        this.home = home;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close)); // a driver that is ended leaves nobody behind
        Path jars = Files.createDirectories(home.resolve("jars"));
        for (Path jar : jars()) {
            Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
        }
        port = freePort();
        start("org.apache.spark.deploy.master.Master", List.of("--port", port + "", "--webui-port", "0"));
        awaitPort();
        for (int worker = 0; worker < workers; worker++) {
            Path work = Files.createDirectories(home.resolve("work-" + worker));
            start(
                    "org.apache.spark.deploy.worker.Worker",
                    List.of(
                            "--cores",
                            "1",
                            "--memory",
                            memory,
                            "--webui-port",
                            "0",
                            "--work-dir",
                            work.toString(),
                            url()));
        }
    }

    /** What applications connect to. */
    String url() {
        return "spark://127.0.0.1:" + port;
    }

    /** A session whose executors have one core each. Tesserae comes to them as a jar, as an application's libraries do. */
    SparkSession.Builder session(String executorMemory) throws IOException {
        return SparkSession.builder()
                .master(url())
                .appName("cluster test")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.executor.cores", "1")
                .config("spark.executor.memory", executorMemory)
                .config("spark.jars", String.join(",", Tesserae.jars(home)))
                .config("spark.sql.warehouse.dir", home.resolve("warehouse").toString());
    }

    /** Ends a worker as kill -9 does, and its executors with it. */
    void kill(int worker) {
        end(processes.get(worker + 1));
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        processes.forEach(StandaloneCluster::end);
    }

    /** The jars on the class path; Tesserae's own classes are none of them. */
    private static List<Path> jars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.toString().endsWith(".jar"))
                .filter(path -> !path.getFileName().toString().startsWith("tesserae-"))
                .map(Path::toAbsolutePath)
                .distinct()
                .toList();
    }

    private void start(String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(List.of("-Xmx512m", "-cp", home.resolve("jars") + "/*", program, "--host", "127.0.0.1"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "SPARK_HOME",
                        home.toString(),
                        "SPARK_SCALA_VERSION",
                        "2.13",
                        "SPARK_LOCAL_IP",
                        "127.0.0.1",
                        "JAVA_HOME",
                        System.getProperty("java.home")));
        String log = program.substring(program.lastIndexOf('.') + 1) + "-" + processes.size() + ".log";
        processes.add(builder.redirectErrorStream(true)
                .redirectOutput(home.resolve(log).toFile())
                .start());
    }

    private void awaitPort() throws InterruptedException {
        for (int tries = 0; tries < 600; tries++) {
            try (Socket _ = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                Thread.sleep(200);
            }
        }
        throw new AssertionError("the master did not start; its log is in " + home);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tesserae's classes, packed as the build packs them. */
    private static final class Tesserae {

        private static final List<String> MODULES = List.of("engine", "tokenizer", "loaders", "pipelines", "spark");

        static List<String> jars(Path folder) throws IOException {
            List<String> jars = new ArrayList<>();
            for (String module : MODULES) {
                Path jar = folder.resolve("tesserae-" + module + ".jar");
                if (!Files.exists(jar)) {
                    pack(classes(module), jar);
                }
                jars.add(jar.toString());
            }
            return jars;
        }

        private static Path classes(String module) {
            return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(Path::of)
                    .filter(path -> Files.isDirectory(path.resolve("io/tesserae/" + module)))
                    .filter(path -> !path.toString().contains("test"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the classes of " + module + " are not on the class path"));
        }

        private static void pack(Path classes, Path jar) throws IOException {
            try (var out = new JarOutputStream(Files.newOutputStream(jar));
                    Stream<Path> files = Files.walk(classes)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    out.putNextEntry(
                            new ZipEntry(classes.relativize(file).toString().replace('\\', '/')));
                    Files.copy(file, out);
                    out.closeEntry();
                }
            }
        }
    }
}

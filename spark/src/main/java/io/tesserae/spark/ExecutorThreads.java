package io.tesserae.spark;

import io.tesserae.engine.Engine;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * One engine in each executor, with as many threads as the executor has cores: tasks that run side by side share them. The JVM's
 * own count of processors is the machine's, of which an executor may have one of many.
 */
final class ExecutorThreads {

    private static final Map<Integer, Engine> ENGINES = new ConcurrentHashMap<>();

    private static final Pattern CORES = Pattern.compile("--cores (\\d{1,4})(?!\\S)");
    private static final Pattern LOCAL = Pattern.compile("local\\[(\\d{1,4})\\b.*");

    private ExecutorThreads() {}

    /**
     * This JVM's engine.
     *
     * @param threads how many; 0: as many as the executor has cores
     */
    static Engine engine(int threads) {
        return ENGINES.computeIfAbsent(
                threads > 0 ? threads : ofExecutor(),
                count -> Engine.builder().threads(count).build());
    }

    private static int ofExecutor() {
        SparkConf conf = SparkEnv.get().conf();
        return count(
                        conf.get("spark.executor.cores", ""),
                        conf.get("spark.master", ""),
                        System.getProperty("sun.java.command", ""))
                .orElseGet(() -> Runtime.getRuntime().availableProcessors());
    }

    /**
     * How many cores this JVM was given, as far as somebody says so.
     *
     * @param executorCores the setting; empty where there is none
     * @param master of the application; the threads of a local one count before executors that there are not
     * @param command that started this JVM: a master that shares out its workers' cores tells each executor so
     */
    static Optional<Integer> count(String executorCores, String master, String command) {
        Matcher local = LOCAL.matcher(master);
        if (local.matches()) {
            return positive(local.group(1));
        }
        if (master.startsWith("local")) {
            return Optional.empty();
        }
        Matcher cores = CORES.matcher(command);
        return cores.find() ? positive(cores.group(1)) : positive(executorCores);
    }

    private static Optional<Integer> positive(String number) {
        return number.matches("[1-9]\\d{0,3}") ? Optional.of(Integer.valueOf(number)) : Optional.empty();
    }
}

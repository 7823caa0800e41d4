package io.tesserae.benchmarks;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** PyTorch, in a process of its own that runs {@code peers/time_pytorch.py} and is asked line by line. */
public final class PyTorchPeer implements Contender {

    private static final int QUOTED_LINES = 12;
    private static final String READY = "ready ";

    private final Process process;
    private final BufferedReader answers;
    private final Path complaints;
    private final String version;

    /**
     * Starts the process and waits until it has loaded the model.
     *
     * @param python of an environment with torch and transformers
     * @param script {@code benchmarks/peers/time_pytorch.py}
     * @param folder the checkpoint, in Hugging Face layout
     * @throws IllegalStateException if it does not come up; the message quotes what it said
     */
    public PyTorchPeer(Path python, Path script, Path folder, int threads) {
        if (!Files.isRegularFile(script)) {
            throw new IllegalArgumentException(script + ": no such file; expected benchmarks/peers/time_pytorch.py");
        }
        List<String> command = List.of(
                python.toString(), script.toString(), folder.toString(), "--threads", Integer.toString(threads));
        try {
            complaints = Files.createTempFile("pytorch-peer", ".txt");
            complaints.toFile().deleteOnExit();
            process = new ProcessBuilder(command)
                    .redirectError(complaints.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot start " + python + "; expected the python of an environment with torch and transformers",
                    e);
        }
        answers = process.inputReader(StandardCharsets.UTF_8);
        String line = readLine();
        if (!line.startsWith(READY)) {
            close();
            throw new IllegalStateException(
                    String.join(" ", command) + ": expected a line \"ready VERSION\", found \"" + line + "\"");
        }
        version = line.substring(READY.length());
    }

    @Override
    public String name() {
        return "PyTorch " + version;
    }

    @Override
    public float[][] logits(Workload workload) {
        float[][] rows = new Gson().fromJson(ask(workload, 0).get("logits"), float[][].class);
        return workload instanceof PaddedWorkload texts ? texts.inOrder(List.of(rows)) : rows;
    }

    @Override
    public Timing time(Workload workload, double seconds) {
        JsonObject answer = ask(workload, Math.max(seconds, 1e-3));
        return new Timing(
                answer.get("median_ms").getAsDouble(),
                answer.get("min_ms").getAsDouble(),
                answer.get("runs").getAsInt());
    }

    private JsonObject ask(Workload workload, double seconds) {
        try {
            var questions = process.outputWriter(StandardCharsets.UTF_8);
            questions.write(workload + " " + seconds + "\n");
            questions.flush();
        } catch (IOException e) {
            throw new IllegalStateException("the PyTorch process no longer listens. " + lastWords(), e);
        }
        String line = readLine();
        try {
            JsonObject answer = new Gson().fromJson(line, JsonObject.class);
            if (answer != null && !answer.has("error")) {
                return answer;
            }
        } catch (JsonParseException e) {
            throw new IllegalStateException("the PyTorch process answered no JSON: " + line, e);
        }
        throw new IllegalStateException("the PyTorch process answered " + line);
    }

    private String readLine() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("the PyTorch process ended. " + lastWords());
            }
            return line;
        } catch (IOException e) {
            throw new IllegalStateException("the PyTorch process cannot be read from. " + lastWords(), e);
        }
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(complaints, StandardCharsets.UTF_8);
            return "Its last words: "
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size()));
        } catch (IOException e) {
            return "(What it wrote to " + complaints + " cannot be read: " + e.getMessage() + ")";
        }
    }

    /** Ends the process: at the end of its input it stops by itself, and otherwise it is stopped. */
    @Override
    public void close() {
        try {
            process.outputWriter(StandardCharsets.UTF_8).close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

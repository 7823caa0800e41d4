package io.tesserae.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.cli.Run;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every task trains, and what it saves answers. */
class TrainTasksTest {

    @TempDir
    private Path folder;

    private Run train(String task, String model, Path data, String... further) {
        List<String> arguments = new ArrayList<>(List.of("train", task, "--model", Run.fixture(model)));
        arguments.addAll(List.of("--train", data.toString(), "--eval", data.toString()));
        arguments.addAll(List.of("--output-dir", out(), "--max-steps", "1", "--eval-steps", "1"));
        arguments.addAll(List.of("--save-strategy", "no"));
        arguments.addAll(List.of(further));
        Run run = Run.of(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run;
    }

    private String out() {
        return folder.resolve("out").toString();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static void assertAnswers(Run answer) {
        assertEquals(0, answer.exitCode(), answer.err());
        assertTrue(!answer.out().isBlank(), answer.toString());
    }

    @Test
    void wordsAreLabelled() throws IOException {
        Path data = write("words.conll", "Anna B-PER\nsings O\n\nOslo B-LOC\n");
        Run run = train("token-classification", "distilbert-base", data, "--label-all-tokens");
        assertTrue(run.out().contains("eval_f1 "), run.out());
        assertAnswers(Run.of("run", "token-classification", "--model", out(), "Anna sings."));
    }

    @Test
    void questionsAreAnswered() throws IOException {
        Path data = write(
                "questions.jsonl",
                "{\"id\": \"1\", \"question\": \"Who sings?\", \"context\": \"Anna sings.\","
                        + " \"answers\": {\"text\": [\"Anna\"], \"answer_start\": [0]}}\n");
        Run run = train("question-answering", "distilbert-sst2", data, "--doc-stride", "4", "--max-answer-length", "5");
        assertTrue(run.out().contains("eval_exact_match "), run.out());
    }

    @Test
    void hiddenWordsAreFound() throws IOException {
        Path data = write("texts.txt", "A moving and funny film.\nConvincing actors.\n");
        train("fill-mask", "distilbert-sst2", data, "--mlm-probability", "0.5");
        assertAnswers(Run.of("run", "fill-mask", "--model", out(), "A [MASK] film."));
    }

    @Test
    void textsThatBelongTogetherComeNear() throws IOException {
        Path data = write("pairs.tsv", "anchor\tpositive\na film\ta movie\na ship\ta boat\n");
        train("sentence-embedding", "sentence-embedding", data, "--scale", "10", "--symmetric");
        assertAnswers(Run.of("run", "sentence-similarity", "--model", out(), "a film", "a movie"));
    }

    /** A folder for each label, with two pictures of one colour. */
    private Path pictures() throws IOException {
        Path pictures = folder.resolve("pictures");
        for (int label = 0; label < 2; label++) {
            Path of = Files.createDirectories(pictures.resolve("label" + label));
            for (int i = 0; i < 2; i++) {
                BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
                image.setRGB(5 + i, 7, label == 0 ? 0xFF0000 : 0x0000FF);
                ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
            }
        }
        return pictures;
    }

    @Test
    void picturesAreLabelled() throws IOException {
        Path data = pictures();
        Run run = train("image-classification", "vit-classify", data, "--new-head", "--no-augment", "--freeze", "vit");
        assertTrue(run.out().contains("eval_accuracy "), run.out());
        Run answer = Run.of(
                "run",
                "image-classification",
                "--model",
                out(),
                data.resolve("label0/0.png").toString());
        assertAnswers(answer);
        assertTrue(answer.out().contains("label"), answer.out());
    }

    @Test
    void labelsThatTheModelDoesNotKnowAreRefused() throws IOException {
        Run run = Run.of(
                "train",
                "image-classification",
                "--model",
                Run.fixture("vit-classify"),
                "--train",
                pictures().toString(),
                "--output-dir",
                out());
        assertEquals(1, run.exitCode(), run.toString());
        assertTrue(run.err().contains("label0") && run.err().contains("--new-head"), run.err());
    }

    @Test
    void captionsAreLearned() throws IOException {
        pictures();
        Path data = write("captions.jsonl", "{\"image\": \"pictures/label0/0.png\", \"text\": \"a film\"}\n");
        Run run = train("image-to-text", "blip/caption", data);
        assertTrue(run.out().contains("eval_perplexity "), run.out());
    }

    @Test
    void oneModelLearnsToActAndToWrite() throws IOException {
        Path data = write("episodes.jsonl", """
                {"environment": "cart", "continuous_observations": [[1, 2], [3, 4]], "discrete_actions": [1, 0], "rewards": [0, 1]}
                {"text": "go to the door"}
                """);
        Run run = train("agent", "jat/grid", data);
        assertTrue(run.out().contains("eval_accuracy_cart "), run.out());
    }

    @Test
    void featuresAreLearnedWithoutLabels() throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("train", "self-distillation", "--model", Run.fixture("vit-base")));
        arguments.addAll(List.of("--train", pictures().toString(), "--output-dir", out(), "--max-steps", "1"));
        arguments.addAll(List.of("--global-size", "32", "--local-size", "16", "--local-crops", "1"));
        arguments.addAll(List.of("--head", "16", "8", "12", "--save-strategy", "no"));
        Run run = Run.of(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(Files.exists(Path.of(out(), "model.safetensors")), run.err());
    }

    @ParameterizedTest
    @CsvSource({
        "question-answering,  --max-answer-length 0",
        "question-answering,  --doc-stride -1",
        "fill-mask,           --mlm-probability 1.5",
        "sentence-embedding,  --scale 0",
        "token-classification, --problem-type regression",
    })
    void optionsOfATaskHaveRangesToo(String task, String options) {
        String[] words = ("train " + task + " --train x --output-dir x " + options).split(" ");
        Run run = Run.of(words);
        assertEquals(2, run.exitCode(), run.toString());
        assertEquals(1, run.err().lines().count(), run.err());
    }
}

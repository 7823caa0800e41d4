package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.pipelines.image.ImageClassificationOptions;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import io.tesserae.pipelines.text.TokenClassificationPipeline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What all pipelines have in common, and how they are found. */
class PipelineTest {

    private static final Path FIXTURES = Question.TEST_DATA.resolve("fixtures");
    private static final Path PICTURE = FIXTURES.resolve("images").resolve("shapes.png");

    @Test
    void aTaskIsKnownByAllItsNames() {
        assertSame(TokenClassificationPipeline.TASK, Pipelines.task("ner"));
        assertSame(TextClassificationPipeline.TASK, Pipelines.task("sentiment-analysis"));
        List<String> names = Pipelines.tasks().stream()
                .flatMap(task -> task.names().stream())
                .toList();
        assertEquals(names.size(), new HashSet<>(names).size(), "each name is of one task: " + names);
        for (PipelineTask<?> task : Pipelines.tasks()) {
            task.names().forEach(name -> assertSame(task, Pipelines.task(name)));
        }
    }

    @Test
    void anUnknownTaskIsRefusedWithWhatWasProbablyMeant() {
        String message = assertThrows(IllegalArgumentException.class, () -> Pipelines.of("text-clasification", PICTURE))
                .getMessage();
        assertTrue(
                message.startsWith("there is no task \"text-clasification\"; did you mean \"text-classification\"?"),
                message);
        assertTrue(message.contains("zero-shot-classification"), message);
        String strange = assertThrows(IllegalArgumentException.class, () -> Pipelines.task("translation"))
                .getMessage();
        assertTrue(strange.startsWith("there is no task \"translation\". The tasks are text-classification,"), strange);
    }

    @Test
    void aPipelineOfANameIsThatOfTheTaskAndSaysWhatItIs() {
        Path folder = FIXTURES.resolve("distilbert-sst2");
        try (Engine engine = Engine.builder().threads(1).build();
                Pipeline<?, ?, ?> pipeline = Pipelines.of("sentiment-analysis", folder, engine);
                var classifier = Pipelines.textClassification(folder, engine)) {
            assertInstanceOf(TextClassificationPipeline.class, pipeline);
            assertEquals(classifier.toString(), pipeline.description());
            assertTrue(
                    pipeline.toString().startsWith("text-classification with distilbert (" + folder),
                    pipeline::toString);
            assertTrue(pipeline.toString().contains("1 thread,"), pipeline::toString);
        }
    }

    @Test
    void oneInputAListAndAStreamHaveTheSameAnswers() {
        try (TextClassificationPipeline classifier =
                Pipelines.textClassification(FIXTURES.resolve("distilbert-sst2"))) {
            List<TextInput> inputs = List.of(TextInput.of("a fine film"), TextInput.of("a dull", "boring film"));
            var all = classifier.answer(inputs, classifier.defaultOptions());
            assertEquals(all, inputs.stream().map(classifier::answer).toList());
            assertEquals(
                    all,
                    classifier
                            .answer(inputs.stream(), classifier.defaultOptions())
                            .toList());
            assertEquals(all.getLast().best(), classifier.classify("a dull", "boring film"));
            assertEquals(
                    2,
                    classifier
                            .classify("a dull", "boring film", TextClassificationOptions.DEFAULT.withAllLabels())
                            .labels()
                            .size());
        }
    }

    @Test
    void aTextThatIsTooLongNamesTheCallThatCutsIt() {
        try (TextClassificationPipeline classifier =
                Pipelines.textClassification(FIXTURES.resolve("distilbert-sst2"))) {
            String message = assertThrows(
                            IllegalArgumentException.class, () -> classifier.classify("the ".repeat(5_000)))
                    .getMessage();
            assertTrue(
                    message.endsWith("ask for truncation: TextClassificationOptions.DEFAULT.withTruncation(true)"),
                    message);
        }
    }

    @Test
    void aPictureIsTheSameWhateverItComesFrom() throws IOException {
        byte[] bytes = Files.readAllBytes(PICTURE);
        try (var classifier = Pipelines.imageClassification(FIXTURES.resolve("vit-classify"))) {
            Classification expected = classifier.classify(PICTURE);
            assertEquals(expected, classifier.classify(bytes));
            assertEquals(expected, classifier.classify(new ByteArrayInputStream(bytes)));
            assertEquals(expected, classifier.classify(ImageFiles.read(PICTURE)));
            assertEquals(expected, classifier.classify(ImageIO.read(PICTURE.toFile())));
            assertEquals(expected, classifier.classify(ImageInput.of(PICTURE)));
        }
    }

    @Test
    void picturesStreamInOrderABatchAtATime() {
        try (var classifier = Pipelines.imageClassification(FIXTURES.resolve("vit-classify"))) {
            var options = ImageClassificationOptions.DEFAULT.withBatchSize(3);
            AtomicInteger read = new AtomicInteger();
            ImageInput good = new ImageInput("good", () -> {
                read.incrementAndGet();
                return ImageFiles.read(PICTURE);
            });
            Iterator<List<Classification>> endless =
                    classifier.classify(Stream.generate(() -> good), options).iterator();
            assertEquals(0, read.get(), "nothing is read before somebody asks");
            List<Classification> first = endless.next();
            assertEquals(3, read.get(), "one batch");
            assertEquals(first, endless.next());
            assertEquals(3, read.get());
            IntStream.range(0, 2).forEach(_ -> endless.next());
            assertEquals(6, read.get());
            assertEquals(
                    classifier.classify(Collections.nCopies(7, good), options),
                    classifier
                            .classify(Collections.nCopies(7, good).stream(), options)
                            .toList());
        }
    }

    @Test
    void aPictureThatCannotBeReadComesAfterTheAnswersBeforeIt() {
        try (var classifier = Pipelines.imageClassification(FIXTURES.resolve("vit-classify"))) {
            ImageInput good = ImageInput.of(PICTURE);
            ImageInput bad = ImageInput.of(new byte[] {1, 2, 3}, "bad.png");
            List<ImageInput> inputs = List.of(good, good, good, good, bad, good, good);
            for (int batchSize : new int[] {0, 1, 3, 7}) {
                var options = ImageClassificationOptions.DEFAULT.withBatchSize(batchSize);
                Iterator<List<Classification>> answers =
                        classifier.classify(inputs.stream(), options).iterator();
                List<List<Classification>> before = new ArrayList<>();
                String message = assertThrows(ImageException.class, () -> {
                            while (answers.hasNext()) {
                                before.add(answers.next());
                            }
                        })
                        .getMessage();
                assertTrue(message.contains("bad.png"), message);
                assertEquals(4, before.size(), "batches of " + batchSize);
                assertThrows(ImageException.class, answers::next, "and it stays so");
                assertThrows(ImageException.class, () -> classifier.classify(inputs, options));
            }
        }
    }

    @Test
    void closingAStreamOfPicturesClosesTheInputs() {
        try (var classifier = Pipelines.imageClassification(FIXTURES.resolve("vit-classify"))) {
            List<String> closed = new ArrayList<>();
            Stream<ImageInput> inputs = Stream.of(ImageInput.of(PICTURE)).onClose(() -> closed.add("inputs"));
            try (var answers = classifier.classify(inputs, ImageClassificationOptions.DEFAULT)) {
                assertFalse(answers.toList().isEmpty());
            }
            assertEquals(List.of("inputs"), closed);
        }
    }
}

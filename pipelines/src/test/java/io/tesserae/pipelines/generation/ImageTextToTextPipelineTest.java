package io.tesserae.pipelines.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.loaders.AutoGenerationConfig;
import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ContentPart;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.EditedCheckpoint;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.generation.MixedAnswers.Question;
import io.tesserae.pipelines.generation.MixedPrompt.Part;
import io.tesserae.pipelines.task.ImageInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures among words against the reference's pipeline: IDEFICS and Idefics3, texts and conversations, alone and together. */
class ImageTextToTextPipelineTest {

    private static final ImageInput PICTURE = MixedAnswers.image("shapes.png");
    private static final ImageInput OTHER = MixedAnswers.image("grey.png");

    private static ImageTextToTextPipeline open(String fixture) {
        return Pipelines.imageTextToText(Packed.checkpoint(MixedAnswers.FIXTURES.resolve(fixture)));
    }

    private static ImageTextToTextOptions few() {
        return ImageTextToTextOptions.DEFAULT.withConfig(
                GenerationConfig.DEFAULTS.with(GenerationOption.MAX_NEW_TOKENS, 6));
    }

    private static String refusal(
            ImageTextToTextPipeline pipeline, MixedPrompt prompt, ImageTextToTextOptions options) {
        String message = assertThrows(IllegalArgumentException.class, () -> pipeline.generate(prompt, options))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics/resampler"})
    void answersOfIdeficsAreTheReferences(String fixture) {
        List<Question> questions = MixedAnswers.ofIdefics(fixture);
        assertTrue(questions.size() > 1);
        try (ImageTextToTextPipeline pipeline = open(fixture)) {
            for (Question question : questions) {
                assertEquals(
                        question.text(),
                        pipeline.generate(question.prompt(), question.options())
                                .getFirst()
                                .text());
            }
        }
    }

    private static Part part(String given) {
        return given.endsWith(".png") ? new Part.Picture(MixedAnswers.image(given)) : new Part.Words(given);
    }

    /** Words and pictures in turn, with every setting: what the reference's processor and {@code generate} make of them. */
    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics/resampler"})
    void partsAreReadAsTheReferencesProcessorReadsThem(String fixture) {
        JsonObject expected = MixedAnswers.expected(MixedAnswers.FIXTURES.resolve(fixture));
        List<MixedPrompt> prompts = new ArrayList<>();
        for (JsonElement parts : expected.getAsJsonArray("inputs")) {
            List<Part> all = new ArrayList<>();
            for (JsonElement part : parts.getAsJsonArray()) {
                all.add(part(part.getAsString()));
            }
            prompts.add(new MixedPrompt.Parts(all));
        }
        assertTrue(prompts.size() > 2);
        try (ImageTextToTextPipeline pipeline = open(fixture)) {
            for (JsonElement element : expected.getAsJsonArray("generations")) {
                JsonObject record = element.getAsJsonObject();
                GenerationConfig settings =
                        AutoGenerationConfig.parse(record.get("arguments").toString(), "arguments");
                List<String> texts = pipeline
                        .generate(prompts, few().withConfig(settings).withFullText(false))
                        .stream()
                        .flatMap(List::stream)
                        .map(answer -> answer.text().stripLeading()) // a word loses its space behind nothing
                        .toList();
                assertEquals(
                        record.getAsJsonArray("texts").asList().stream()
                                .map(text -> text.getAsString().stripLeading())
                                .toList(),
                        texts,
                        record.get("name").getAsString());
            }
        }
    }

    @Test
    void answersOfIdefics3AreTheReferencesAloneAndTogetherAndAsTheyAreWritten() {
        List<Question> questions = MixedAnswers.ofConversations();
        assertTrue(questions.size() > 5);
        ImageTextToTextOptions options = questions.getFirst().options();
        try (ImageTextToTextPipeline pipeline = open("idefics3/conversation")) {
            var together =
                    pipeline.generate(questions.stream().map(Question::prompt).toList(), options);
            for (int i = 0; i < questions.size(); i++) {
                Question question = questions.get(i);
                GeneratedText alone =
                        pipeline.generate(question.prompt(), options).getFirst();
                assertEquals(question.text(), question.asExpected(alone));
                assertEquals(alone, together.get(i).getFirst());
                StringBuilder pieces = new StringBuilder();
                assertEquals(alone, pipeline.generate(question.prompt(), options, pieces::append));
                assertEquals(alone.text(), pieces.toString());
            }
        }
    }

    /** Texts of different lengths, with no picture, one and two, in batches of every size. */
    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics/resampler", "idefics3/conversation"})
    void anAnswerDoesNotDependOnItsCompany(String fixture) {
        List<MixedPrompt> prompts = List.of(
                MixedPrompt.of("<image>a<image>", PICTURE, OTHER),
                MixedPrompt.of("no picture here"),
                MixedPrompt.of("what is <image> this?", OTHER));
        try (ImageTextToTextPipeline pipeline = open(fixture)) {
            List<List<GeneratedText>> alone = prompts.stream()
                    .map(prompt -> pipeline.generate(prompt, few()))
                    .toList();
            for (int batchSize = 0; batchSize <= 3; batchSize++) {
                assertEquals(alone, pipeline.generate(prompts, few().withBatchSize(batchSize)));
                assertEquals(
                        alone,
                        pipeline.answer(prompts.stream(), few().withBatchSize(batchSize))
                                .toList());
            }
            assertTrue(alone.stream().distinct().count() > 1, alone.toString());
        }
    }

    @Test
    void manyCallersHaveTheAnswersOfOne() throws InterruptedException, ExecutionException {
        MixedPrompt prompt = MixedPrompt.of("what is <image> this?", OTHER);
        try (ImageTextToTextPipeline pipeline = open("idefics/plain");
                ExecutorService callers = Executors.newFixedThreadPool(4)) {
            List<GeneratedText> alone = pipeline.generate(prompt, few());
            List<Callable<List<GeneratedText>>> calls = new ArrayList<>();
            for (int call = 0; call < 12; call++) {
                calls.add(() -> pipeline.generate(prompt, few()));
            }
            for (Future<List<GeneratedText>> answer : callers.invokeAll(calls)) {
                assertEquals(alone, answer.get());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics3/conversation"})
    void partsAreAMarkedTextAndExamplesAreAnUnseenBeginning(String fixture) {
        MixedPrompt marked = MixedPrompt.of("<image>a dog<image>a", PICTURE, OTHER);
        MixedPrompt parts = MixedPrompt.of(
                new Part.Picture(PICTURE), new Part.Words("a dog"), new Part.Picture(OTHER), new Part.Words("a"));
        List<Part> examples = List.of(new Part.Picture(PICTURE), new Part.Words("a dog"));
        try (ImageTextToTextPipeline pipeline = open(fixture)) {
            GeneratedText whole = pipeline.generate(marked, few()).getFirst();
            assertEquals(whole, pipeline.generate(parts, few()).getFirst());
            GeneratedText behind = pipeline.generate(MixedPrompt.of("<image>a", OTHER), few().withExamples(examples))
                    .getFirst();
            assertEquals(whole.text(), "<image>a dog" + behind.text());
            String fresh = pipeline.generate(marked, few().withFullText(false))
                    .getFirst()
                    .text();
            assertEquals(whole.text(), "<image>a dog<image>a" + fresh);
        }
    }

    @Test
    void lengthIsTheTasksWithinThePositionsOfTheModel() {
        try (ImageTextToTextPipeline pipeline = open("idefics/plain")) {
            GenerationConfig config = pipeline.generationConfig();
            assertEquals(256, config.get(GenerationOption.MAX_NEW_TOKENS));
            assertFalse(config.isSet(GenerationOption.BAD_WORDS_IDS));
            GeneratedText text = pipeline.generate(MixedPrompt.of("a <image>", PICTURE));
            assertTrue(text.text().startsWith("a <image>"), text.text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics3/conversation"})
    void picturesAndMarksAreAsMany(String fixture) {
        try (ImageTextToTextPipeline pipeline = open(fixture)) {
            assertTrue(refusal(pipeline, MixedPrompt.of("<image> and <image>", PICTURE), few())
                    .contains("a place for 2 pictures and comes with 1 picture"));
            assertTrue(refusal(pipeline, MixedPrompt.of("<image>", PICTURE, OTHER), few())
                    .contains("a place for 1 picture and comes with 2 pictures"));
            assertTrue(refusal(pipeline, MixedPrompt.of("none", PICTURE, OTHER), few())
                    .contains("a place for 0 pictures and comes with 2 pictures"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"idefics/plain", "idefics3/conversation"})
    void aPromptThatIsTooLongIsRefusedAndSoIsAPictureThatIsNone(String fixture) {
        try (ImageTextToTextPipeline pipeline = open(fixture)) {
            String tooLong = refusal(pipeline, MixedPrompt.of("dog ".repeat(2_000)), few());
            assertTrue(tooLong.contains("too long for the model"), tooLong);
            MixedPrompt broken = MixedPrompt.of("<image>a", ImageInput.of(new byte[] {1, 2, 3}, "broken.png"));
            ImageException unreadable = assertThrows(ImageException.class, () -> pipeline.generate(broken, few()));
            assertTrue(unreadable.getMessage().contains("broken.png"), unreadable.getMessage());
            MixedPrompt absent = MixedPrompt.of("<image>a", ImageInput.of(Path.of("no-such.png")));
            assertTrue(assertThrows(RuntimeException.class, () -> pipeline.generate(absent, few()))
                    .toString()
                    .contains("no-such.png"));
        }
    }

    /** Answers before a prompt that is no good come first. */
    @Test
    void aStreamAnswersUpToThePromptThatIsNone() {
        List<MixedPrompt> prompts =
                List.of(MixedPrompt.of("a"), MixedPrompt.of("b"), MixedPrompt.of("<image>"), MixedPrompt.of("c"));
        try (ImageTextToTextPipeline pipeline = open("idefics/plain")) {
            List<GeneratedText> answered = new ArrayList<>();
            Consumer<List<GeneratedText>> add = answers -> answered.add(answers.getFirst());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> pipeline.answer(prompts.stream(), few()).forEach(add));
            assertEquals(2, answered.size());
        }
    }

    @Test
    void aConversationNeedsATemplateAndBringsItsExamplesItself() {
        MixedPrompt chat = new MixedPrompt.Chat(Conversation.of(List.of(ChatMessage.of("user", "what is it?"))));
        try (ImageTextToTextPipeline pipeline = open("idefics/plain")) {
            String message = assertThrows(ModelLoadingException.class, () -> pipeline.generate(chat, few()))
                    .getMessage();
            assertTrue(message.contains("expected a chat template"), message);
        }
        try (ImageTextToTextPipeline pipeline = open("idefics3/conversation")) {
            String message = refusal(pipeline, chat, few().withExamples(List.of(new Part.Words("a"))));
            assertTrue(message.contains("examples"), message);
        }
    }

    /** What a user types is no mark of a picture, or it is one too many. */
    @Test
    void aMarkThatAMessageHasAsTextIsCounted() {
        MixedPrompt chat = new MixedPrompt.Chat(new Conversation(
                List.of(ChatMessage.of(
                        "user", List.of(ContentPart.Image.place(), new ContentPart.Text("and <image>?")))),
                List.of(PICTURE)));
        try (ImageTextToTextPipeline pipeline = open("idefics3/conversation")) {
            assertTrue(refusal(pipeline, chat, few()).contains("a place for 2 pictures"));
        }
    }

    @Test
    void aTemplateThatIsNotSupportedStandsInTheWayOfConversationsAlone(@TempDir Path folder) throws IOException {
        EditedCheckpoint.copyOf(Packed.checkpoint(MixedAnswers.CONVERSATION), folder);
        Files.writeString(folder.resolve("chat_template.jinja"), "{% include 'other' %}");
        MixedPrompt chat = new MixedPrompt.Chat(Conversation.of(List.of(ChatMessage.of("user", "what is it?"))));
        try (ImageTextToTextPipeline pipeline = Pipelines.imageTextToText(folder)) {
            assertFalse(pipeline.generate(MixedPrompt.of("a"), few()).isEmpty());
            String message = assertThrows(ModelLoadingException.class, () -> pipeline.generate(chat, few()))
                    .getMessage();
            assertTrue(message.contains("include"), message);
        }
    }

    /** SmolVLM's processor heeds the names of tokens in tokenizer_config.json, Idefics3's does not. */
    @Test
    void tokensOfPicturesAreThoseThatTheFilesName(@TempDir Path folder) throws IOException {
        EditedCheckpoint.copyOf(Packed.checkpoint(MixedAnswers.CONVERSATION), folder);
        String usual = aboutAPicture(folder);
        edit(
                folder,
                "tokenizer_config.json",
                "\"backend\"",
                "\"fake_image_token\": \"<end_of_utterance>\", \"backend\"");
        assertEquals(usual, aboutAPicture(folder));
        edit(folder, "tokenizer_config.json", "Idefics3Processor", "SmolVLMProcessor");
        edit(folder, "processor_config.json", "Idefics3Processor", "SmolVLMProcessor");
        assertNotEquals(usual, aboutAPicture(folder));
    }

    private static String aboutAPicture(Path folder) {
        try (ImageTextToTextPipeline pipeline = Pipelines.imageTextToText(folder)) {
            return pipeline.generate(MixedPrompt.of("<image>what is it?", PICTURE), few())
                    .getFirst()
                    .text();
        }
    }

    private static void edit(Path folder, String file, String from, String to) throws IOException {
        Path path = folder.resolve(file);
        Files.writeString(path, Files.readString(path).replace(from, to));
    }

    @Test
    void aCheckpointWithoutImageProcessorSaysSo(@TempDir Path folder) throws IOException {
        EditedCheckpoint.copyOf(Packed.checkpoint(MixedAnswers.FIXTURES.resolve("idefics/plain")), folder);
        Files.delete(folder.resolve("processor_config.json"));
        String message = assertThrows(ModelLoadingException.class, () -> Pipelines.imageTextToText(folder))
                .getMessage();
        assertTrue(message.contains("preprocessor_config.json: no such file"), message);
    }

    @Test
    void aModelThatDescribesOnePictureNamesItsTask() {
        String message = assertThrows(
                        ModelLoadingException.class,
                        () -> Pipelines.imageTextToText(MixedAnswers.FIXTURES.resolve("blip/caption")))
                .getMessage();
        assertTrue(message.contains("take the task image-to-text"), message);
    }
}

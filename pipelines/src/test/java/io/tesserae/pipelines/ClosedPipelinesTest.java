package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.PictureSight;
import io.tesserae.model.StreamBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.model.latent.MultimodalInputs;
import io.tesserae.model.latent.OutputPoints;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.agent.AgentOptions;
import io.tesserae.pipelines.flow.FramePair;
import io.tesserae.pipelines.generation.ImageQuestion;
import io.tesserae.pipelines.generation.MixedPrompt;
import io.tesserae.pipelines.generation.PromptedImage;
import io.tesserae.pipelines.generation.TextPrompt;
import io.tesserae.pipelines.image.ZeroShotImageClassificationOptions;
import io.tesserae.pipelines.sentence.LateInteractionText;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.QuestionInput;
import io.tesserae.pipelines.text.ZeroShotInput;
import io.tesserae.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** After {@code close()} nothing answers any more, whether its weights lie in a file or in memory. */
class ClosedPipelinesTest {

    private static final Path FIXTURES = Question.TEST_DATA.resolve("fixtures");
    private static final Path PICTURE = FIXTURES.resolve("images").resolve("shapes.png");

    /** What computes nothing, and may go on. */
    private static final Set<String> NOT_THE_MODEL = Set.of("close", "targets", "similarity", "withListener");

    /** Checkpoints to try each of the factories of {@link Pipelines} with. */
    private static final Map<String, List<String>> CHECKPOINTS = new TreeMap<>(Map.ofEntries(
            Map.entry("agent", List.of("jat/continuous")),
            Map.entry("captionAttention", List.of("blip/caption")),
            Map.entry("featureExtraction", List.of("bert-base", "distilbert-base")),
            Map.entry("fillMask", List.of("bert-mlm", "distilbert-mlm")),
            Map.entry("imageAttention", List.of("vit-base", "deit-distilled", "dinov2-classify")),
            Map.entry(
                    "imageClassification",
                    List.of("vit-classify", "deit-distilled", "dinov2-classify", "perceiver/image-learned")),
            Map.entry("imageFeatureExtraction", List.of("vit-base", "deit-distilled", "dinov2-classify")),
            Map.entry("imageLatentAttention", List.of("perceiver/image-learned")),
            Map.entry("imageTextToText", List.of("idefics/plain", "idefics3/conversation")),
            Map.entry("imageToText", List.of("blip/caption")),
            Map.entry("mixedAttention", List.of("idefics/resampler", "idefics3/conversation")),
            Map.entry("opticalFlow", List.of("perceiver/flow")),
            Map.entry("textGeneration", List.of("gpt2/writing/model")),
            Map.entry("visualQuestionAnswering", List.of("blip/question")),
            Map.entry("questionAnswering", List.of("bert-squad", "distilbert-squad")),
            Map.entry("sentenceEmbedding", List.of("sentence-embedding", "distilbert-base")),
            Map.entry("sparseEmbedding", List.of("bert-mlm", "../bge-m3")),
            Map.entry("imageTextEmbedding", List.of("clip/pipeline", "siglip/pipeline")),
            Map.entry("lateInteraction", List.of("../bge-m3")),
            Map.entry("textAttention", List.of("bert-base", "distilbert-base")),
            Map.entry("textClassification", List.of("distilbert-sst2", "bert-nli-legacy-names", "perceiver/sequence")),
            Map.entry("textLatentAttention", List.of("perceiver/sequence")),
            Map.entry("textRanking", List.of("distilbert-regression")),
            Map.entry("tokenClassification", List.of("bert-ner", "distilbert-ner")),
            Map.entry("zeroShotClassification", List.of("distilbert-mnli")),
            Map.entry("zeroShotImageClassification", List.of("clip/pipeline", "siglip/pipeline"))));

    /** Arguments that every pipeline takes, by their types. */
    private static final Map<String, Object> ARGUMENTS = arguments();

    private static Map<String, Object> arguments() {
        RgbImage image = ImageFiles.read(PICTURE);
        TextInput text = TextInput.of("the actors");
        ZeroShotInput zeroShot = new ZeroShotInput("the actors", List.of("film", "sport"));
        QuestionInput question = new QuestionInput("who?", "the actors");
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("String", "the [MASK] actors");
        arguments.put("List<String>", List.of("the [MASK] actors", "a [MASK] film"));
        arguments.put("TextInput", text);
        arguments.put("List<TextInput>", List.of(text));
        arguments.put("ZeroShotInput", zeroShot);
        arguments.put("List<ZeroShotInput>", List.of(zeroShot));
        arguments.put("QuestionInput", question);
        arguments.put("List<QuestionInput>", List.of(question));
        LateInteractionText late = LateInteractionText.query("the actors");
        arguments.put("LateInteractionText", late);
        arguments.put("List<LateInteractionText>", List.of(late));
        arguments.put("Path", PICTURE);
        arguments.put("RgbImage", image);
        arguments.put("BufferedImage", new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB));
        arguments.put("byte[]", bytes(PICTURE));
        arguments.put("ImageInput", ImageInput.of(image));
        arguments.put("List<ImageInput>", List.of(ImageInput.of(image)));
        ImageQuestion imageQuestion = new ImageQuestion(ImageInput.of(image), "where is it");
        arguments.put("PromptedImage", PromptedImage.of(ImageInput.of(image)));
        arguments.put("List<PromptedImage>", List.of(PromptedImage.of(ImageInput.of(image))));
        arguments.put("ImageQuestion", imageQuestion);
        arguments.put("List<ImageQuestion>", List.of(imageQuestion));
        MixedPrompt mixed = MixedPrompt.of("<image> where is it", ImageInput.of(image));
        arguments.put("MixedPrompt", mixed);
        arguments.put("List<MixedPrompt>", List.of(mixed));
        arguments.put("TextPrompt", new TextPrompt.Text("the actors"));
        arguments.put("List<TextPrompt>", List.of(new TextPrompt.Text("the actors")));
        FramePair frames = new FramePair(ImageInput.of(image), ImageInput.of(image));
        arguments.put("FramePair", frames);
        arguments.put("List<FramePair>", List.of(frames));
        arguments.put(
                "ImageBatch",
                ImageBatch.of(Tensor.zeros(2, 3, 12, 12))); // as blip/caption takes them, one for each text
        arguments.put("Consumer<String>", (Consumer<String>) _ -> {});
        arguments.put("AgentOptions", AgentOptions.DEFAULT);
        arguments.put("int", 32);
        return arguments;
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record Checkpoint(String factory, String fixture) {}

    static Stream<Checkpoint> checkpoints() {
        return CHECKPOINTS.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(fixture -> new Checkpoint(entry.getKey(), fixture)));
    }

    @Test
    void everyFactoryIsListed() {
        Set<String> factories = Stream.of(Pipelines.class.getMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> !Set.of("of", "task", "tasks").contains(name)) // they name no task
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(factories, CHECKPOINTS.keySet());
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void aClosedPipelineAnswersNothing(Checkpoint checkpoint) throws ReflectiveOperationException {
        AutoCloseable pipeline = open(checkpoint);
        List<Method> questions = questions(checkpoint, pipeline);
        assertFalse(questions.isEmpty());
        Map<Method, Iterator<?>> begun = new HashMap<>();
        for (Method question : questions) {
            Object answer = assertAnswers(question, pipeline);
            if (answer instanceof Stream<?> stream) {
                Iterator<?> answers = stream.iterator();
                answers.next();
                begun.put(question, answers);
            }
        }
        close(pipeline);
        for (Method question : questions) {
            IllegalStateException late = assertThrows(
                    IllegalStateException.class,
                    () -> {
                        if (ask(question, pipeline) instanceof Stream<?> stream) {
                            stream.iterator().next();
                        }
                    },
                    () -> question + " answers after close()");
            assertTrue(late.getMessage().contains("closed"), late.getMessage());
        }
        begun.forEach((question, answers) -> assertThrows(
                IllegalStateException.class,
                () -> {
                    while (answers.hasNext()) { // those of one batch may be there already
                        answers.next();
                    }
                },
                () -> "a stream of " + question + " goes on after close()"));
        close(pipeline); // again: nothing happens
    }

    /** What a pipeline of this checkpoint can be asked. */
    static List<Method> questions(Checkpoint checkpoint, Object pipeline) {
        return Stream.of(pipeline.getClass().getMethods())
                .filter(method -> method.getDeclaringClass() == pipeline.getClass()
                        && !Modifier.isStatic(method.getModifiers())
                        && !method.isBridge())
                .filter(method -> method.getParameterCount() > 0 && !NOT_THE_MODEL.contains(method.getName()))
                // This checkpoint has no pooler.
                .filter(method -> !method.getName().equals("pool")
                        || !checkpoint.fixture().equals("deit-distilled"))
                // This checkpoint has no chat template.
                .filter(method -> !method.getName().equals("chat")
                        || !checkpoint.fixture().equals("gpt2/writing/model"))
                // This model has positions for pictures of its own size alone.
                .filter(method -> !List.of(method.getParameterTypes()).contains(int.class)
                        || !checkpoint.fixture().equals("perceiver/image-learned"))
                .toList();
    }

    private static Object assertAnswers(Method question, Object pipeline) {
        Object answer = ask(question, pipeline);
        assertNotNull(answer, question::toString);
        return answer;
    }

    /** The models themselves: every class of {@code io.tesserae.loaders} that loads one. */
    @ParameterizedTest
    @MethodSource("autoClasses")
    void aClosedModelAnswersNothing(String autoClass) throws ReflectiveOperationException {
        Class<?> type = Class.forName("io.tesserae.loaders." + autoClass);
        List<String> fixtures = switch (autoClass) {
            case "AutoModel" -> List.of("bert-base", "distilbert-base");
            case "AutoModelForActing" -> List.of("jat/continuous");
            case "AutoModelForCausalLM" -> List.of("gpt2/writing/model");
            case "AutoModelForImageTextRetrieval" -> List.of("blip/retrieval");
            case "AutoModelForImageTextToText" -> List.of("blip/caption");
            case "AutoModelForVisualQuestionAnswering" -> List.of("blip/question");
            case "AutoModelForImageClassification" -> List.of("vit-classify", "deit-distilled", "dinov2-classify");
            case "AutoModelForMultimodalLM" -> List.of("idefics/plain", "idefics3/tiles");
            case "AutoModelForMultimodalAutoencoding" -> List.of("perceiver/multimodal");
            case "AutoModelForOpticalFlow" -> List.of("perceiver/flow");
            case "AutoModelForMaskedLM" -> List.of("bert-mlm", "distilbert-mlm");
            case "AutoModelForMultipleChoice" -> List.of("head-bert-choice", "head-distilbert-choice");
            case "AutoModelForNextSentencePrediction" -> List.of("head-bert-next-sentence");
            case "AutoModelForQuestionAnswering" -> List.of("bert-squad", "distilbert-squad");
            case "AutoModelForSequenceClassification" -> List.of("head-bert-sequence", "distilbert-sst2");
            case "AutoModelForStreams" -> List.of("gato/classic");
            case "AutoModelForTokenClassification" -> List.of("bert-ner", "distilbert-ner");
            case "AutoModelForZeroShotImageClassification" -> List.of("clip/both", "siglip/both");
            case "AutoVisionModel" -> List.of("vit-base", "deit-distilled", "dinov2-classify");
            default -> throw new AssertionError("which checkpoint is one of " + autoClass + "?");
        };
        Map<String, Object> arguments = Map.ofEntries(
                Map.entry(
                        "List",
                        List.of(new Episode(
                                new Observations.Continuous(Tensor.zeros(1, 3)),
                                new Actions.Discrete(new int[1]),
                                new float[1]))),
                Map.entry("PhotoTexts", PhotoTexts.of(new int[] {2, 3})),
                Map.entry("TokenBatch", TokenBatch.of(new int[] {2, 3}, new int[] {2, 3, 3})),
                Map.entry("OutputOptions", OutputOptions.RESULT_ONLY),
                Map.entry("Tensor", Tensor.zeros(1, 2, 27, 5, 7)),
                Map.entry("MultimodalInputs", new MultimodalInputs(Tensor.zeros(2, 3, 8, 8), Tensor.zeros(30))),
                Map.entry("StreamBatch", StreamBatch.of(TokenBatch.of(new int[] {2, 3}))),
                Map.entry("OutputPoints", OutputPoints.NONE),
                Map.entry("int[]", new int[] {1}),
                Map.entry("int", 2),
                Map.entry("boolean", true));
        for (String fixture : fixtures) {
            AutoCloseable model = (AutoCloseable) type.getMethod("fromPretrained", Path.class)
                    .invoke(null, Packed.checkpoint(FIXTURES.resolve(fixture)));
            int side = pictureWidth(FIXTURES.resolve(fixture));
            List<Method> forwards = Stream.of(type.getMethods())
                    .filter(method -> method.getName().matches("forward|match|compare"))
                    .toList();
            assertFalse(forwards.isEmpty());
            for (boolean closed : new boolean[] {false, true}) {
                if (closed) {
                    close(model);
                }
                for (Method forward : forwards) {
                    Object[] values = Stream.of(forward.getParameterTypes())
                            .map(parameter -> switch (parameter.getSimpleName()) {
                                case "ImageBatch" -> ImageBatch.of(Tensor.zeros(2, 3, side, side));
                                case "InterleavedBatch" -> withoutPictures(!fixture.startsWith("idefics3"));
                                case String name -> arguments.get(name);
                            })
                            .toArray();
                    if (closed) {
                        assertThrows(
                                IllegalStateException.class,
                                () -> invoke(forward, model, values),
                                () -> forward + " of " + fixture);
                    } else {
                        invoke(forward, model, values);
                    }
                }
            }
        }
    }

    /** A text in which no token sees a picture. */
    private static InterleavedBatch withoutPictures(boolean hasSight) {
        int[][] none = {{0, 0, 0}};
        return InterleavedBatch.of(
                TokenBatch.of(new int[] {3, 4, 5}),
                Optional.empty(),
                new int[] {0, 0},
                hasSight ? Optional.of(new PictureSight(none, none)) : Optional.empty());
    }

    static List<String> autoClasses() throws IOException {
        try (Stream<Path> sources =
                Files.list(Path.of("..", "loaders", "src", "main", "java", "io", "tesserae", "loaders"))) {
            return sources.map(source -> source.getFileName().toString().replace(".java", ""))
                    .filter(name -> name.matches("Auto(Vision)?Model.*"))
                    .sorted()
                    .toList();
        }
    }

    /** The width of a model's pictures; 1 where it takes none. */
    private static int pictureWidth(Path folder) {
        try {
            JsonObject config = JsonParser.parseString(Files.readString(folder.resolve("config.json")))
                    .getAsJsonObject();
            JsonElement size =
                    (config.has("vision_config") ? config.getAsJsonObject("vision_config") : config).get("image_size");
            return size == null ? 1 : size.getAsInt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AutoCloseable open(Checkpoint checkpoint) throws ReflectiveOperationException {
        return (AutoCloseable) Pipelines.class
                .getMethod(checkpoint.factory(), Path.class)
                .invoke(null, Packed.checkpoint(FIXTURES.resolve(checkpoint.fixture())));
    }

    static Object ask(Method question, Object pipeline) {
        return invoke(
                question,
                pipeline,
                Arrays.stream(question.getGenericParameterTypes())
                        .map(ClosedPipelinesTest::argument)
                        .toArray());
    }

    private static Object argument(Type type) {
        String name = type.getTypeName().replaceAll("[a-z0-9]+\\.", "").replace("? extends ", "");
        if (name.startsWith("Stream<")) {
            Object one = ARGUMENTS.get(name.substring("Stream<".length(), name.length() - 1));
            return Stream.generate(() -> one).limit(5_000);
        }
        if (name.equals("InputStream")) {
            return new ByteArrayInputStream((byte[]) ARGUMENTS.get("byte[]"));
        }
        if (name.equals("ZeroShotImageClassificationOptions")) {
            return ZeroShotImageClassificationOptions.DEFAULT.withCandidateLabels(List.of("a film", "a ship"));
        }
        if (name.endsWith("Options")) {
            return defaultOf((Class<?>) type);
        }
        return Objects.requireNonNull(ARGUMENTS.get(name), "no argument of the type " + name);
    }

    private static Object defaultOf(Class<?> options) {
        try {
            return options.getField("DEFAULT").get(null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object invoke(Method method, Object target, Object... arguments) {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

package io.tesserae.server.route;

import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.metrics.ServerMetrics;
import io.tesserae.server.model.ServerOptions;
import io.tesserae.server.page.AttentionPages;
import io.tesserae.server.page.PageFile;
import io.tesserae.server.serving.Models;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** All routes of a server. */
public final class Routes {

    /**
     * A route, and where it is.
     *
     * @param path as metrics name it: {@code /v1/tasks/{task}}
     * @param open whether it answers without a key, and before the models are ready
     */
    public record Found(String method, String path, boolean open, Route route) {}

    /** The paths of a prefix share one route. */
    private static final String TASK = "/v1/tasks/{task}";

    private static final String ATTENTION_PAGE = "/v1/attention/{page}";
    private static final List<String> PATTERNS = List.of(TASK, ATTENTION_PAGE);

    private final Map<String, Found> byMethodAndPath = new LinkedHashMap<>();

    /**
     * The routes of these models.
     *
     * @param ready whether every model is warm
     */
    public Routes(Models models, ServerOptions options, ServerMetrics metrics, BooleanSupplier ready) {
        TextInputs texts = new TextInputs(options.autoTruncate());
        post("/embed", new EmbedRoute(models, texts));
        post("/embed_all", new EmbedAllRoute(models, texts));
        post("/embed_sparse", new EmbedSparseRoute(models, texts));
        post("/predict", new PredictRoute(models, texts));
        post("/rerank", new RerankRoute(models, texts));
        post("/similarity", new SimilarityRoute(models, texts));
        post("/tokenize", new TokenizeRoute(models, options.limits().maxClientBatchSize()));
        post("/decode", new DecodeRoute(models, options.limits().maxClientBatchSize()));
        post("/v1/embeddings", new OpenAiEmbeddingsRoute(models, texts));
        post(TASK, new TaskRoute(models));
        get("/v1/tasks", false, new TaskListRoute(models));
        get("/info", false, new InfoRoute(models, options));
        Route health = new HealthRoute(ready);
        get("/health", true, health);
        get("/ping", true, health);
        get("/", true, new StartRoute(new PageRoute(PageFile.INDEX), health));
        for (String name : PageFile.names()) {
            get("/page/" + name, true, new PageRoute(name));
        }
        AttentionPages pages = new AttentionPages();
        post("/v1/attention", new AttentionRoute(models, pages, options.autoTruncate()));
        get(ATTENTION_PAGE, true, new AttentionPageRoute(pages)); // who knows its name had the key
        get("/metrics", true, (query, call) -> Reply.of(ServerMetrics.contentType(), metrics.text()));
        get("/openapi.json", true, new DocumentRoute("openapi.json", "application/json"));
        get("/docs", true, new DocumentRoute("docs.html", "text/html; charset=utf-8"));
    }

    private void post(String path, Route route) {
        byMethodAndPath.put("POST " + path, new Found("POST", path, false, route));
    }

    private void get(String path, boolean open, Route route) {
        byMethodAndPath.put("GET " + path, new Found("GET", path, open, route));
    }

    /** All, for whoever describes them. */
    public List<Found> all() {
        return List.copyOf(byMethodAndPath.values());
    }

    /**
     * The route of a request.
     *
     * @throws RequestException if there is none
     */
    public Found find(String method, String path) {
        String known = pattern(path);
        String asked = method.equals("HEAD") ? "GET" : method;
        Found found = byMethodAndPath.get(asked + " " + known);
        if (found != null) {
            return found;
        }
        throw methods(path).isEmpty()
                ? new RequestException(ErrorType.NOT_FOUND, "there is no such route; GET /openapi.json lists them")
                : new RequestException(
                        ErrorType.METHOD_NOT_ALLOWED,
                        "this route takes " + methods(path).orElseThrow() + " only");
    }

    /** The methods that a path takes; empty if it is none. */
    public Optional<String> methods(String path) {
        String known = pattern(path);
        TreeSet<String> methods = new TreeSet<>();
        for (Found found : byMethodAndPath.values()) {
            if (found.path().equals(known)) {
                methods.add(found.method());
            }
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return methods.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", methods));
    }

    private static String pattern(String path) {
        return PATTERNS.stream()
                .filter(pattern -> isOf(path, pattern.substring(0, pattern.indexOf('{'))))
                .findFirst()
                .orElse(path);
    }

    private static boolean isOf(String path, String prefix) {
        return path.startsWith(prefix) && path.length() > prefix.length() && path.indexOf('/', prefix.length()) < 0;
    }
}

"""What OpenAI's chat models take and cost, as far as the service names them."""

from app.llm.models import LongContext, ModelFacts

# Prices: @pydantic/genai-prices 0.1.8; the pages of the models for those it does not have yet.
MODELS: dict[str, ModelFacts] = {
    "gpt-6-astra": ModelFacts(
        10,
        1,
        50,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 20, 2, 75, 25, 25),
        write_price=12.5,
        hour_write_price=12.5,
    ),
    "gpt-6-sol": ModelFacts(
        2,
        0.2,
        10,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 4, 0.4, 15, 5, 5),
        write_price=2.5,
        hour_write_price=2.5,
    ),
    "gpt-6-luna": ModelFacts(
        0.1,
        0.01,
        0.5,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 0.2, 0.02, 0.75, 0.25, 0.25),
        write_price=0.125,
        hour_write_price=0.125,
    ),
    "gpt-6.1-sol": ModelFacts(
        2,
        0.1,
        10,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 4, 0.2, 15, 5, 5),
        write_price=2.5,
        hour_write_price=2.5,
    ),
    "gpt-6.1-terra": ModelFacts(
        1,
        0.05,
        5,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 2, 0.1, 7.5, 2.5, 2.5),
        write_price=1.25,
        hour_write_price=1.25,
    ),
    "gpt-6.2-astra": ModelFacts(
        8,
        0.4,
        40,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 16, 0.8, 60, 20, 20),
        write_price=10,
        hour_write_price=10,
    ),
    "gpt-6.2-sol": ModelFacts(
        2,
        0.1,
        10,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 4, 0.2, 15, 5, 5),
        write_price=2.5,
        hour_write_price=2.5,
    ),
    "gpt-5.4": ModelFacts(
        2.5,
        0.25,
        15,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="none",
        long_context=LongContext(272_000, 5, 0.5, 22.5),
    ),
    "gpt-5.4-2026-03-05": ModelFacts(
        2.5,
        0.25,
        15,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="none",
        long_context=LongContext(272_000, 5, 0.5, 22.5),
    ),
    "gpt-5.4-mini": ModelFacts(0.75, 0.075, 4.5, 400_000, tools_with_reasoning=False, default_effort="none"),
    "gpt-5.4-mini-2026-03-17": ModelFacts(0.75, 0.075, 4.5, 400_000, tools_with_reasoning=False, default_effort="none"),
    "gpt-5.4-nano": ModelFacts(
        0.2,
        0.02,
        1.25,
        400_000,
        tools_with_reasoning=False,
        default_effort="none",
        retired="2027-04-01",
        replacement="gpt-5.4-mini",
    ),
    "gpt-5.4-nano-2026-03-17": ModelFacts(
        0.2,
        0.02,
        1.25,
        400_000,
        tools_with_reasoning=False,
        default_effort="none",
        retired="2027-04-01",
        replacement="gpt-5.4-mini",
    ),
    "gpt-5.5": ModelFacts(
        5,
        0.5,
        30,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 10, 1, 45),
    ),
    "gpt-5.5-2026-04-23": ModelFacts(
        5,
        0.5,
        30,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 10, 1, 45),
    ),
    "gpt-5.5-pro": ModelFacts(
        30,
        None,
        180,
        1_050_000,
        tools_with_reasoning=False,
        responses_only=True,
        default_effort="medium",
        long_context=LongContext(272_000, 60, None, 270),
    ),
    "gpt-5.5-pro-2026-04-23": ModelFacts(
        30,
        None,
        180,
        1_050_000,
        tools_with_reasoning=False,
        responses_only=True,
        default_effort="medium",
        long_context=LongContext(272_000, 60, None, 270),
    ),
    "gpt-5.6-sol": ModelFacts(
        4,
        0.4,
        20,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 8, 0.8, 30, 10, 10),
        write_price=5,
        hour_write_price=5,
    ),
    "gpt-5.6-terra": ModelFacts(
        2,
        0.2,
        12,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 4, 0.4, 18, 5, 5),
        write_price=2.5,
        hour_write_price=2.5,
    ),
    "gpt-5.6-luna": ModelFacts(
        0.2,
        0.02,
        1.2,
        1_050_000,
        tools_with_reasoning=False,
        default_effort="medium",
        long_context=LongContext(272_000, 0.4, 0.04, 1.7999999999999998, 0.5, 0.5),
        write_price=0.25,
        hour_write_price=0.25,
    ),
    "gpt-5": ModelFacts(1.25, 0.125, 10, 400_000, default_effort="medium", retired="2026-12-11", replacement="gpt-5.4"),
    "gpt-5-2025-08-07": ModelFacts(
        1.25, 0.125, 10, 400_000, default_effort="medium", retired="2026-12-11", replacement="gpt-5.4"
    ),
    "gpt-5-mini": ModelFacts(
        0.25, 0.025, 2, 400_000, default_effort="medium", retired="2026-12-11", replacement="gpt-5.4-mini"
    ),
    "gpt-5-mini-2025-08-07": ModelFacts(
        0.25, 0.025, 2, 400_000, default_effort="medium", retired="2026-12-11", replacement="gpt-5.4-mini"
    ),
    "gpt-5-nano": ModelFacts(
        0.05, 0.005, 0.4, 400_000, default_effort="medium", retired="2026-12-11", replacement="gpt-5.4-mini"
    ),
    "gpt-5-nano-2025-08-07": ModelFacts(
        0.05, 0.005, 0.4, 400_000, default_effort="medium", retired="2026-12-11", replacement="gpt-5.4-mini"
    ),
    "gpt-5-chat-latest": ModelFacts(1.25, 0.125, 10, 128_000, retired="2026-07-23", replacement="gpt-5.4"),
    "gpt-5-pro": ModelFacts(
        15,
        None,
        120,
        400_000,
        responses_only=True,
        default_effort="high",
        retired="2026-12-11",
        replacement="gpt-6.1-sol",
    ),
    "gpt-5-pro-2025-10-06": ModelFacts(
        15,
        None,
        120,
        400_000,
        responses_only=True,
        default_effort="high",
        retired="2026-12-11",
        replacement="gpt-6.1-sol",
    ),
    "gpt-5-codex": ModelFacts(1.25, 0.125, 10, 400_000, responses_only=True, default_effort="medium"),
    "gpt-5.1": ModelFacts(1.25, 0.125, 10, 400_000, default_effort="none", retired="2027-04-01", replacement="gpt-5.4"),
    "gpt-5.1-2025-11-13": ModelFacts(
        1.25, 0.125, 10, 400_000, default_effort="none", retired="2027-04-01", replacement="gpt-5.4"
    ),
    "gpt-5.1-chat-latest": ModelFacts(
        1.25, 0.125, 10, 128_000, default_effort="medium", retired="2026-07-23", replacement="gpt-5.4"
    ),
    "gpt-5.1-codex": ModelFacts(
        1.25,
        0.125,
        10,
        400_000,
        responses_only=True,
        default_effort="medium",
        retired="2026-07-23",
        replacement="gpt-5.4",
    ),
    "gpt-5.1-codex-max": ModelFacts(1.25, 0.125, 10, 400_000, responses_only=True, default_effort="medium"),
    "gpt-5.1-mini": ModelFacts(None, None, None, 400_000, default_effort="none", replacement="gpt-5.4-mini"),
    "gpt-5.2": ModelFacts(1.75, 0.175, 14, 400_000, default_effort="none"),
    "gpt-5.2-2025-12-11": ModelFacts(1.75, 0.175, 14, 400_000, default_effort="none"),
    "gpt-5.2-chat-latest": ModelFacts(
        1.75, 0.175, 14, 128_000, default_effort="medium", retired="2026-08-10", replacement="gpt-5.4"
    ),
    "gpt-5.3-chat-latest": ModelFacts(
        1.75, 0.175, 14, 128_000, default_effort="medium", retired="2026-08-10", replacement="gpt-5.4"
    ),
    "gpt-5.2-pro": ModelFacts(21, None, 168, 400_000, responses_only=True, default_effort="medium"),
    "gpt-5.2-pro-2025-12-11": ModelFacts(21, None, 168, 400_000, responses_only=True, default_effort="medium"),
    "o1": ModelFacts(15, 7.5, 60, 200_000, default_effort="medium", retired="2026-10-23", replacement="gpt-5.4"),
    "o1-2024-12-17": ModelFacts(
        15, 7.5, 60, 200_000, default_effort="medium", retired="2026-10-23", replacement="gpt-5.4"
    ),
    "o1-preview": ModelFacts(
        15, 7.5, 60, 128_000, vision=False, default_effort="medium", retired="2025-07-28", replacement="gpt-5.4"
    ),
    "o1-preview-2024-09-12": ModelFacts(
        15, 7.5, 60, 128_000, vision=False, default_effort="medium", retired="2025-07-28", replacement="gpt-5.4"
    ),
    "o1-mini": ModelFacts(
        1.1, 0.55, 4.4, 128_000, vision=False, default_effort="medium", retired="2025-10-27", replacement="gpt-5.4-mini"
    ),
    "o1-mini-2024-09-12": ModelFacts(
        1.1, 0.55, 4.4, 128_000, vision=False, default_effort="medium", retired="2025-10-27", replacement="gpt-5.4-mini"
    ),
    "o3": ModelFacts(2, 0.5, 8, 200_000, default_effort="medium", retired="2026-12-11", replacement="gpt-5.4"),
    "o3-2025-04-16": ModelFacts(
        2, 0.5, 8, 200_000, default_effort="medium", retired="2026-12-11", replacement="gpt-5.4"
    ),
    "o3-mini": ModelFacts(
        1.1, 0.55, 4.4, 200_000, vision=False, default_effort="medium", retired="2026-10-23", replacement="gpt-5.4-mini"
    ),
    "o3-mini-2025-01-31": ModelFacts(
        1.1, 0.55, 4.4, 200_000, vision=False, default_effort="medium", retired="2026-10-23", replacement="gpt-5.4-mini"
    ),
    "o4-mini": ModelFacts(
        1.1, 0.275, 4.4, 200_000, default_effort="medium", retired="2026-10-23", replacement="gpt-5.4-mini"
    ),
    "o4-mini-2025-04-16": ModelFacts(
        1.1, 0.275, 4.4, 200_000, default_effort="medium", retired="2026-10-23", replacement="gpt-5.4-mini"
    ),
    "codex-mini-latest": ModelFacts(
        1.5,
        0.375,
        6,
        200_000,
        responses_only=True,
        default_effort="medium",
        retired="2026-02-12",
        replacement="gpt-5.4-mini",
    ),
    "o1-pro": ModelFacts(150, None, 600, 200_000, responses_only=True, default_effort="medium"),
    "o1-pro-2025-03-19": ModelFacts(150, None, 600, 200_000, responses_only=True, default_effort="medium"),
    "o3-pro": ModelFacts(
        20,
        None,
        80,
        200_000,
        responses_only=True,
        default_effort="medium",
        retired="2026-12-11",
        replacement="gpt-6.1-sol",
    ),
    "o3-pro-2025-06-10": ModelFacts(
        20,
        None,
        80,
        200_000,
        responses_only=True,
        default_effort="medium",
        retired="2026-12-11",
        replacement="gpt-6.1-sol",
    ),
    "gpt-4o": ModelFacts(2.5, 1.25, 10, 128_000, retired="2027-01-14", replacement="gpt-5.4"),
    "gpt-4o-2024-08-06": ModelFacts(2.5, 1.25, 10, 128_000, retired="2027-01-14", replacement="gpt-5.4"),
    "gpt-4o-2024-11-20": ModelFacts(2.5, 1.25, 10, 128_000, retired="2027-01-14", replacement="gpt-5.4"),
    "gpt-4o-2024-05-13": ModelFacts(5, None, 15, 128_000, retired="2026-10-23", replacement="gpt-5.4"),
    "gpt-4o-mini": ModelFacts(0.15, 0.075, 0.6, 128_000, retired="2027-01-14", replacement="gpt-5.4-mini"),
    "gpt-4o-mini-2024-07-18": ModelFacts(0.15, 0.075, 0.6, 128_000, retired="2027-01-14", replacement="gpt-5.4-mini"),
    "chatgpt-4o-latest": ModelFacts(5, None, 15, 128_000, retired="2026-02-17", replacement="gpt-5.4-mini"),
    "gpt-audio-mini": ModelFacts(
        0.6, None, 2.4, 128_000, vision=False, retired="2027-01-20", replacement="gpt-5.4-mini"
    ),
    "gpt-audio-mini-2025-12-15": ModelFacts(
        0.6, None, 2.4, 128_000, vision=False, retired="2027-01-20", replacement="gpt-5.4-mini"
    ),
    "gpt-4o-audio-preview": ModelFacts(
        2.5, None, 10, 128_000, vision=False, retired="2026-05-07", replacement="gpt-5.4"
    ),
    "gpt-4o-audio-preview-2024-12-17": ModelFacts(
        2.5, None, 10, 128_000, vision=False, retired="2026-05-07", replacement="gpt-5.4"
    ),
    "gpt-4o-audio-preview-2025-06-03": ModelFacts(
        2.5, None, 10, 128_000, vision=False, retired="2026-05-07", replacement="gpt-5.4"
    ),
    "gpt-4o-audio-preview-2024-10-01": ModelFacts(
        2.5, None, 10, 128_000, vision=False, retired="2025-10-10", replacement="gpt-5.4"
    ),
    "gpt-4o-mini-audio-preview": ModelFacts(
        0.15, None, 0.6, 128_000, vision=False, retired="2026-05-07", replacement="gpt-5.4-mini"
    ),
    "gpt-4o-mini-audio-preview-2024-12-17": ModelFacts(
        0.15, None, 0.6, 128_000, vision=False, retired="2026-05-07", replacement="gpt-5.4-mini"
    ),
    "gpt-4o-search-preview": ModelFacts(
        2.5, None, 10, 128_000, vision=False, retired="2026-07-23", replacement="gpt-5.4"
    ),
    "gpt-4o-search-preview-2025-03-11": ModelFacts(
        2.5, None, 10, 128_000, vision=False, retired="2026-07-23", replacement="gpt-5.4"
    ),
    "gpt-4o-mini-search-preview": ModelFacts(
        0.15, 0.075, 0.6, 128_000, vision=False, retired="2026-07-23", replacement="gpt-5.4-mini"
    ),
    "gpt-4o-mini-search-preview-2025-03-11": ModelFacts(
        0.15, 0.075, 0.6, 128_000, vision=False, retired="2026-07-23", replacement="gpt-5.4-mini"
    ),
    "gpt-4.1": ModelFacts(2, 0.5, 8, 1_047_576, retired="2027-01-14", replacement="gpt-5.4"),
    "gpt-4.1-2025-04-14": ModelFacts(2, 0.5, 8, 1_047_576, retired="2027-01-14", replacement="gpt-5.4"),
    "gpt-4.1-mini": ModelFacts(0.4, 0.1, 1.6, 1_047_576, retired="2027-01-14", replacement="gpt-5.4-mini"),
    "gpt-4.1-mini-2025-04-14": ModelFacts(0.4, 0.1, 1.6, 1_047_576, retired="2027-01-14", replacement="gpt-5.4-mini"),
    "gpt-4.1-nano": ModelFacts(0.1, 0.025, 0.4, 1_047_576, retired="2026-10-23", replacement="gpt-5.4-mini"),
    "gpt-4.1-nano-2025-04-14": ModelFacts(0.1, 0.025, 0.4, 1_047_576, retired="2026-10-23", replacement="gpt-5.4-mini"),
    "gpt-3.5-turbo": ModelFacts(0.5, None, 1.5, 16_385, vision=False, retired="2026-10-23", replacement="gpt-5.4-mini"),
    "gpt-3.5-turbo-0125": ModelFacts(
        0.5, None, 1.5, 16_385, vision=False, retired="2026-10-23", replacement="gpt-5.4-mini"
    ),
    "gpt-3.5-turbo-1106": ModelFacts(
        1, None, 2, 16_385, vision=False, retired="2026-09-28", replacement="gpt-5.4-mini"
    ),
    "gpt-3.5-turbo-0613": ModelFacts(
        1.5, None, 2, 4_096, vision=False, retired="2024-09-13", replacement="gpt-5.4-mini"
    ),
    "gpt-3.5-turbo-0301": ModelFacts(
        1.5, None, 2, 4_096, vision=False, retired="2024-09-13", replacement="gpt-5.4-mini"
    ),
    "gpt-3.5-turbo-16k": ModelFacts(3, None, 4, 16_385, vision=False, retired="2024-09-13", replacement="gpt-5.4-mini"),
    "gpt-3.5-turbo-16k-0613": ModelFacts(
        3, None, 4, 16_385, vision=False, retired="2024-09-13", replacement="gpt-5.4-mini"
    ),
    "gpt-4": ModelFacts(30, None, 60, 8_192, vision=False, retired="2026-10-23", replacement="gpt-5.4"),
    "gpt-4-0613": ModelFacts(30, None, 60, 8_192, vision=False, retired="2026-10-23", replacement="gpt-5.4"),
    "gpt-4-0314": ModelFacts(30, None, 60, 8_192, vision=False, retired="2026-03-26", replacement="gpt-5.4"),
    "gpt-4-32k": ModelFacts(60, None, 120, 32_768, vision=False, retired="2025-06-06", replacement="gpt-5.4"),
    "gpt-4-32k-0613": ModelFacts(60, None, 120, 32_768, vision=False, retired="2025-06-06", replacement="gpt-5.4"),
    "gpt-4-32k-0314": ModelFacts(60, None, 120, 32_768, vision=False, retired="2025-06-06", replacement="gpt-5.4"),
    "gpt-4-turbo": ModelFacts(10, None, 30, 128_000, retired="2026-10-23", replacement="gpt-5.4"),
    "gpt-4-turbo-2024-04-09": ModelFacts(10, None, 30, 128_000, retired="2026-10-23", replacement="gpt-5.4"),
    "gpt-4-turbo-preview": ModelFacts(10, None, 30, 128_000, vision=False, retired="2026-03-26", replacement="gpt-5.4"),
    "gpt-4-0125-preview": ModelFacts(10, None, 30, 128_000, vision=False, retired="2026-03-26", replacement="gpt-5.4"),
    "gpt-4-1106-preview": ModelFacts(10, None, 30, 128_000, vision=False, retired="2026-10-23", replacement="gpt-5.4"),
    "gpt-4-vision-preview": ModelFacts(10, None, 30, 128_000, retired="2024-12-06", replacement="gpt-5.4"),
}
